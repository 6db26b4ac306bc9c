import { useTranslation } from "react-i18next";

/** Single-key shortcuts must be possible to switch off (WCAG 2.1.4): speech input and screen readers use the same keys. */
export function ShortcutHelp({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  const { t } = useTranslation("learner");
  return (
    <details className="shortcut-help">
      <summary>{t("player.keys.title")}</summary>
      <p>{t("player.keys.text")}</p>
      <label className="check">
        <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
        {t("player.keys.use")}
      </label>
    </details>
  );
}
