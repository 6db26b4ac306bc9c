import { useTranslation } from "react-i18next";

import { Button, buttonClass } from "../components/Button";
import { Dialog } from "../components/Dialog";

type RecoveryCodesProps = { codes: string[]; onClose: () => void };

/** New recovery codes, which can be seen this once. */
export function RecoveryCodes({ codes, onClose }: RecoveryCodesProps) {
  const { t } = useTranslation("settings");
  return (
    <Dialog title={t("codes.title")} onClose={onClose}>
      <p>{t("codes.text")}</p>
      <ul className="security-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="actions">
        <a
          className={buttonClass()}
          href={`data:text/plain,${encodeURIComponent(codes.join("\n"))}`}
          download="dreamseed-recovery-codes.txt"
        >
          {t("codes.download")}
        </a>
        <Button variant="primary" onClick={onClose}>
          {t("codes.kept")}
        </Button>
      </div>
    </Dialog>
  );
}
