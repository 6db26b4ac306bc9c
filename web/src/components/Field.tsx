import { useId, type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes } from "react";
import { useTranslation } from "react-i18next";

export type FieldProps = { label: string; hint?: ReactNode; error?: string | null; isRequired?: boolean };
type Wiring = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined; required: boolean };

/** Label, control, hint and error of one field, tied together for screen readers. `children` draws the control. */
export function Field({
  label,
  hint,
  error = null,
  isRequired = false,
  children,
}: FieldProps & { children: (wiring: Wiring) => ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {isRequired && <span className="field-required"> ({t("field.required")})</span>}
      </label>
      {children({
        id,
        "aria-describedby": describedBy || undefined,
        "aria-invalid": error ? true : undefined,
        required: isRequired,
      })}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

type TextFieldProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
} & Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange" | "className">;

export function TextField({ label, hint, error, isRequired, value, onChange, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error ?? null} isRequired={isRequired ?? false}>
      {(wiring) => <input {...rest} {...wiring} value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

type TextAreaProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
} & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "value" | "onChange" | "className">;

export function TextArea({ label, hint, error, isRequired, value, onChange, ...rest }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error ?? null} isRequired={isRequired ?? false}>
      {(wiring) => <textarea rows={3} {...rest} {...wiring} value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

type CheckProps = { label: string; hint?: ReactNode; isOn: boolean; isDisabled?: boolean; onChange: (isOn: boolean) => void };

export function Check({ label, hint, isOn, isDisabled = false, onChange }: CheckProps) {
  const id = useId();
  return (
    <div>
      <label className="check">
        <input
          type="checkbox"
          checked={isOn}
          disabled={isDisabled}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
