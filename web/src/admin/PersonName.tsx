import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";

/** Somebody's name, with a mark where nobody is behind it. */
export function PersonName({ person }: { person: { full_name: string; is_simulated: boolean } }) {
  const { t } = useTranslation();
  return (
    <span className="person-name">
      {person.full_name}
      {person.is_simulated && <Badge tone="warm">{t("simulated")}</Badge>}
    </span>
  );
}
