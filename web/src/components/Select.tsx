import { Field, type FieldProps } from "./Field";

type Choice<Value extends string> = { value: Value; text: string; lang?: string };

type SelectProps<Value extends string> = FieldProps & {
  value: Value;
  options: readonly Choice<Value>[];
  isDisabled?: boolean;
  onChange: (value: Value) => void;
};

/** One of a few, by the device's own list. */
export function Select<Value extends string>({ value, options, isDisabled = false, onChange, ...field }: SelectProps<Value>) {
  return (
    <Field {...field}>
      {(wiring) => (
        <select {...wiring} value={value} disabled={isDisabled} onChange={(event) => onChange(event.target.value as Value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value} lang={option.lang}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
