import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { useFormats } from "../i18n/format";
import type { ClassAnalytics, HelpReason, LearnerProgress } from "./contract";

const KNOWN_RULE = "needs_help_1";

/** Whether a learner needs help, and for which reasons. */
export function Help({ learner }: { learner: LearnerProgress }) {
  const { t } = useTranslation("teacher");
  const { is_flagged: isFlagged, reasons } = learner.needs_help;
  if (!isFlagged) return <span className="hint">{t("help.no")}</span>;
  return (
    <div className="help">
      <Badge tone="alarm">{t("help.yes")}</Badge>
      <ul className="plain-list hint">
        {reasons.map((reason) => (
          <li key={reason.code}>
            <Reason reason={reason} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Reason({ reason: { code, value, threshold } }: { reason: HelpReason }) {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  return t(`help.reason.${code}`, { value: number(Math.abs(value)), threshold: number(Math.abs(threshold)) });
}

/** The rule by which learners are found who need help. */
export function HelpRule({ rule }: { rule: ClassAnalytics["rule"] }) {
  const { t } = useTranslation("teacher");
  return (
    <details className="rule">
      <summary>{t("help.ruleTitle")}</summary>
      {rule.code === KNOWN_RULE ? (
        <>
          <p>{t("help.ruleLead")}</p>
          <ul className="sprouts">
            {(["low_ability", "falling", "inactive", "stuck_skill"] as const).map((code) => (
              <li key={code}>{t(`help.rule.${code}`)}</li>
            ))}
          </ul>
        </>
      ) : (
        <p>{rule.text}</p>
      )}
    </details>
  );
}
