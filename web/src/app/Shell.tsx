import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { isSignedIn, onSignInChange, type SignInChange } from "../api/tokens";
import { Mark } from "../components/Mark";
import { sessionQuery } from "../api/queries";
import { deliverWaiting } from "../offline/queue";
import { forgetSnapshots } from "../offline/snapshot";
import { onWorkerAsks } from "../offline/worker";
import { AppearanceChoice, LanguageChoice } from "./Choices";
import { Navigation } from "./Navigation";
import { grantAccommodations } from "./preferences";

/** What surrounds every page: skip link, header with the navigation, the page itself, footer. */
export function Shell() {
  const { t } = useTranslation();
  const signedIn = useSyncExternalStore(onSignInChange, isSignedIn);
  useFollowSignIn();
  useDeliverWaiting(signedIn);
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
        {signedIn && <Navigation />}
      </header>
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="footer">
        <AppearanceChoice />
        <LanguageChoice />
      </footer>
    </>
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
      grantAccommodations(null);
      forgetSnapshots();
      const search = change === "ended" ? { ended: true as const, next: router.state.location.href } : {};
      void router.navigate({ to: "/sign-in", search });
    };
    return onSignInChange(follow);
  }, [router, queryClient]);
}

/** Send what an earlier visit could not, whatever page is shown, and again when the worker finds the network back. */
function useDeliverWaiting(signedIn: boolean): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!signedIn) return;
    const deliver = () =>
      deliverWaiting((sessionId) => void queryClient.invalidateQueries({ queryKey: sessionQuery(sessionId).queryKey }));
    deliver();
    return onWorkerAsks(deliver);
  }, [signedIn, queryClient]);
}
