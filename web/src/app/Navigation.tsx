import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { meQuery } from "../api/queries";
import { signOut } from "../api/tokens";
import { isWithin, navigationFor } from "./areas";
import { initialsOf } from "./initials";
import { useMedia } from "./useMedia";

/** Up to so many areas stand in a row on a tablet; with more of them, it takes a wider screen. */
const FEW = 4;
const NARROW = "(width < 48rem)";
const NARROW_FOR_MANY = "(width < 64rem)";

/**
 * The areas that are meant for whoever is signed in, the settings, and the way out. Where there is no room for them in
 * one row they open below a button, and close again with Escape, with a click elsewhere, and when another page is shown.
 */
export function Navigation() {
  const { t } = useTranslation();
  const id = useId();
  const me = useQuery(meQuery);
  const { pathname } = useLocation();
  const { isOpen, setIsOpen, frame } = useDisclosure();
  const entries = me.data ? navigationFor(me.data) : [];
  const isMany = entries.length > FEW;
  const isFolded = useMedia(isMany ? NARROW_FOR_MANY : NARROW);
  return (
    <div className="navigation" ref={frame} data-many={isMany || undefined} data-folded={isFolded || undefined}>
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
            {entries.map((entry) => (
              <li key={entry.to}>
                <Link
                  to={entry.to}
                  className="navigation-link"
                  activeOptions={{ exact: true }}
                  aria-current={isWithin(entry, pathname) ? "true" : undefined}
                >
                  {t(`navigation.${entry.name}`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="account">
          {me.data && <Account name={me.data.full_name} />}
          {/* Signing out holds on this device even when the server can't be told. */}
          <button type="button" className="button button-quiet" onClick={() => void signOut().catch(() => undefined)}>
            {t("app.signOut")}
          </button>
        </div>
      </div>
    </div>
  );
}

/** Who is signed in, by name where there is room for it and else by initials; leads to the settings. */
function Account({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <Link to="/settings" className="navigation-link account-link" title={t("app.signedInAs", { name })}>
      <span className="account-initials" aria-hidden="true">
        {initialsOf(name)}
      </span>
      <span className="account-name" aria-hidden="true">
        {name}
      </span>
      <span className="visually-hidden">{t("app.signedInAs", { name })} · </span>
      <span className="account-settings">{t("navigation.settings")}</span>
    </Link>
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
