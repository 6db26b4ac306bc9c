import "./signin.css";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { signIn } from "../api/tokens";
import { PageHeading } from "../components/PageHeading";
import { demoQuery } from "./demo";
import { DemoSignIns } from "./DemoSignIns";
import { Landscape } from "./Landscape";
import { SignInForm } from "./SignInForm";

export function SignInPage() {
  const { t } = useTranslation("signin");
  const { ended } = useSearch({ from: "/sign-in" });
  const demo = useQuery(demoQuery);
  const attempt = useMutation({ mutationFn: signIn });
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
      <div className="sign-in-doors">
        {ended && <p className="callout">{t("ended")}</p>}
        <SignInForm error={attempt.error} isBusy={attempt.isPending} onSubmit={attempt.mutate} />
        {demo.data && <DemoSignIns demo={demo.data} isBusy={attempt.isPending} onChoose={attempt.mutate} />}
      </div>
    </div>
  );
}
