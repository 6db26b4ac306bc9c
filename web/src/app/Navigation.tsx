import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { meQuery } from "../api/queries";
import { signOut } from "../api/tokens";
import { navigationFor } from "./areas";

/**
 * The areas that are meant for whoever is signed in, the settings, and the way out. On a narrow screen they open below a
 * button and close again with Escape, with a click elsewhere, and when another page is shown.
 */
export function Navigation() {
  const { t } = useTranslation();
  const id = useId();
  const me = useQuery(meQuery);
  const { isOpen, setIsOpen, frame } = useDisclosure();
  return (
    <div className="navigation" ref={frame}>
      <button
        type="button"
        className="button button-quiet navigation-button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        <MenuSign isOpen={isOpen} />
        {t("app.menu")}
      </button>
      <div className="navigation-panel" id={id} data-open={isOpen || undefined}>
        <nav aria-label={t("navigation.label")}>
          <ul>
            {me.data &&
              navigationFor(me.data).map(({ to, name }) => (
                <li key={to}>
                  <Link to={to} className="navigation-link" activeOptions={{ exact: to === "/" }}>
                    {t(`navigation.${name}`)}
                  </Link>
                </li>
              ))}
          </ul>
        </nav>
        <div className="account">
          <Link to="/settings" className="navigation-link account-name">
            {me.data && <span className="visually-hidden">{t("app.signedInAs", { name: me.data.full_name })} · </span>}
            <span aria-hidden="true">{me.data?.full_name}</span>
            <span className="account-settings">{t("navigation.settings")}</span>
          </Link>
          {/* Signing out holds on this device even when the server can't be told. */}
          <button type="button" className="button button-quiet" onClick={() => void signOut().catch(() => undefined)}>
            {t("app.signOut")}
          </button>
        </div>
      </div>
    </div>
  );
}

function MenuSign({ isOpen }: { isOpen: boolean }) {
  return (
    <svg className="menu-sign" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={isOpen ? "M4 4L16 16M16 4L4 16" : "M2 5H18M2 10H18M2 15H18"} />
    </svg>
  );
}

function useDisclosure() {
  const [isOpen, setIsOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const { pathname } = useLocation();
  const [shownFor, setShownFor] = useState(pathname);
  if (shownFor !== pathname) {
    setShownFor(pathname);
    setIsOpen(false);
  }
  useEffect(() => {
    if (!isOpen) return;
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setIsOpen(false);
      frame.current?.querySelector("button")?.focus();
    };
    const closeElsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setIsOpen(false);
    };
    document.addEventListener("keydown", closeOnEscape);
    document.addEventListener("pointerdown", closeElsewhere);
    return () => {
      document.removeEventListener("keydown", closeOnEscape);
      document.removeEventListener("pointerdown", closeElsewhere);
    };
  }, [isOpen]);
  return { isOpen, setIsOpen, frame };
}
