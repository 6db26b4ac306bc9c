import { useTranslation } from "react-i18next";

import { TextField } from "./Field";

/** As the server has it; it looks for more than length. */
const MIN_LENGTH = 10;
const MAX_LENGTH = 256;

type NewPasswordFieldProps = { label: string; value: string; onChange: (value: string) => void };

/** A password that is chosen now, with what makes a good one. */
export function NewPasswordField({ label, value, onChange }: NewPasswordFieldProps) {
  const { t } = useTranslation();
  return (
    <TextField
      label={label}
      hint={t("field.newPassword")}
      type="password"
      autoComplete="new-password"
      minLength={MIN_LENGTH}
      maxLength={MAX_LENGTH}
      isRequired
      value={value}
      onChange={onChange}
    />
  );
}
