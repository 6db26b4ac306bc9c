import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { meQuery } from "../api/queries";
import { may } from "../api/permissions";

const PAGES = [
  { to: "/author/items", name: "items", needs: "item:read" },
  { to: "/author/skills", name: "skills", needs: "item:read" },
  { to: "/author/simulations", name: "simulations", needs: "simulation:read" },
] as const;

/** The pages of the author's area, as far as they are meant for whoever is signed in. */
export function AuthorNavigation() {
  const { t } = useTranslation("author");
  const me = useQuery(meQuery);
  return (
    <nav aria-label={t("area")} className="area-navigation">
      {me.data &&
        PAGES.filter(({ needs }) => may(me.data, needs)).map(({ to, name }) => (
          <Link key={to} to={to} className="navigation-link">
            {t(`pages.${name}`)}
          </Link>
        ))}
    </nav>
  );
}
