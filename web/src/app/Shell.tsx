import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { meQuery } from "../api/queries";
import { isSignedIn, onSignInChange, signOut, type SignInChange } from "../api/tokens";
import { Mark } from "../components/Mark";
import { AppearanceChoice } from "./AppearanceChoice";

/** What surrounds every page: skip link, header with the account, the page itself, footer. */
export function Shell() {
  const { t } = useTranslation();
  const signedIn = useSyncExternalStore(onSignInChange, isSignedIn);
  useFollowSignIn();
  return (
    <>
      <a className="skip-link" href="#content">
        {t("app.skip")}
      </a>
      <header className="masthead">
        <Link to="/" className="brand">
          <Mark />
          {t("app.name")}
        </Link>
        {signedIn && <Account />}
      </header>
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="footer">
        <AppearanceChoice />
      </footer>
    </>
  );
}

function Account() {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  return (
    <div className="account">
      {me.data && (
        <span className="account-name">
          <span className="visually-hidden">{t("app.signedInAs", { name: me.data.full_name })}</span>
          <span aria-hidden="true">{me.data.full_name}</span>
        </span>
      )}
      {/* Signing out holds on this device even when the server can't be told. */}
      <button type="button" className="button button-quiet" onClick={() => void signOut().catch(() => undefined)}>
        {t("app.signOut")}
      </button>
    </div>
  );
}

/** Leave the signed-in pages when the sign-in ends, here or in another tab, and come back to them after a new one. */
function useFollowSignIn(): void {
  const router = useRouter();
  const queryClient = useQueryClient();
  useEffect(() => {
    const follow = (change: SignInChange) => {
      if (change === "signed_in") return void router.invalidate();
      queryClient.clear();
      const search = change === "ended" ? { ended: true as const, next: router.state.location.href } : {};
      void router.navigate({ to: "/sign-in", search });
    };
    return onSignInChange(follow);
  }, [router, queryClient]);
}
