import "./signin.css";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { SecondFactorRequired, signIn, signInWithCode } from "../api/tokens";
import { PageHeading } from "../components/PageHeading";
import { demoQuery } from "./demo";
import { DemoSignIns } from "./DemoSignIns";
import { Landscape } from "./Landscape";
import { readReturned, type Returned } from "./elsewhere";
import { Providers } from "./Providers";
import { SecondStep } from "./SecondStep";
import { SignInForm } from "./SignInForm";

export function SignInPage() {
  const { t } = useTranslation("signin");
  return (
    <div className="page sign-in">
      <section className="sign-in-welcome">
        <PageHeading title={t("title")}>{t("headline")}</PageHeading>
        <ul className="sprouts">
          <li>{t("point1")}</li>
          <li>{t("point2")}</li>
          <li>{t("point3")}</li>
        </ul>
        <Landscape />
      </section>
      <Doors />
    </div>
  );
}

/** The ways in: password, another provider, the demo school; and the second step where one has to follow. */
function Doors() {
  const { t } = useTranslation("signin");
  const { ended, next } = useSearch({ from: "/sign-in" });
  const demo = useQuery(demoQuery);
  const attempt = useMutation({ mutationFn: signIn });
  const { returned, exchange } = useReturned();
  const needed = [attempt.error, exchange.error].find((error) => error instanceof SecondFactorRequired)?.needed;
  const isBusy = attempt.isPending || exchange.isPending;
  if (needed)
    return (
      <div className="sign-in-doors">
        <SecondStep
          needed={needed}
          onBack={() => {
            attempt.reset();
            exchange.reset();
          }}
        />
      </div>
    );
  return (
    <div className="sign-in-doors">
      {ended && <p className="callout">{t("ended")}</p>}
      <SignInForm error={attempt.error ?? exchange.error} isBusy={isBusy} onSubmit={attempt.mutate} />
      <Providers returned={returned} returnTo={next ?? "/"} />
      {demo.data && <DemoSignIns demo={demo.data} isBusy={isBusy} onChoose={attempt.mutate} />}
    </div>
  );
}

/** Go on with what another provider sent the browser back with. The code leaves the address before it is used. */
function useReturned() {
  const navigate = useNavigate();
  const [returned] = useState<Returned | null>(() => readReturned(window.location.hash));
  const exchange = useMutation({ mutationFn: signInWithCode });
  const isTaken = useRef(false);
  const { mutate } = exchange;
  useEffect(() => {
    if (returned === null || isTaken.current) return;
    isTaken.current = true;
    const search = "code" in returned ? { next: returned.returnTo } : (before: { next?: string | undefined }) => before;
    void navigate({ to: "/sign-in", search, replace: true }).then(() => {
      if ("code" in returned) mutate(returned.code);
    });
  }, [returned, navigate, mutate]);
  return { returned, exchange };
}
