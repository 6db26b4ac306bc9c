import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";

type PersonNameProps = { person: { full_name: string; is_simulated: boolean }; linkTo?: string };

/** Somebody's name, with a mark where nobody is behind it; with the id `linkTo` it leads to their page. */
export function PersonName({ person, linkTo }: PersonNameProps) {
  const { t } = useTranslation();
  return (
    <span className="person-name">
      {linkTo === undefined ? (
        person.full_name
      ) : (
        <Link to="/admin/people/$userId" params={{ userId: linkTo }}>
          {person.full_name}
        </Link>
      )}
      {person.is_simulated && <Badge tone="warm">{t("simulated")}</Badge>}
    </span>
  );
}
