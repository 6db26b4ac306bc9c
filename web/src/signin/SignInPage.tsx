import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { signIn, type Credentials } from "../api/tokens";
import { PageHeading } from "../components/PageHeading";
import { demoQuery, type Demo } from "./demo";
import { Landscape } from "./Landscape";
import { SignInForm } from "./SignInForm";

export function SignInPage() {
  const { t } = useTranslation();
  const { ended } = useSearch({ from: "/sign-in" });
  const demo = useQuery(demoQuery);
  const attempt = useMutation({ mutationFn: signIn });
  return (
    <div className="page sign-in">
      <section className="sign-in-welcome">
        <PageHeading title={t("signIn.title")}>{t("signIn.headline")}</PageHeading>
        <ul className="sprouts">
          <li>{t("signIn.point1")}</li>
          <li>{t("signIn.point2")}</li>
          <li>{t("signIn.point3")}</li>
        </ul>
        <Landscape />
      </section>
      <div className="sign-in-doors">
        {ended && <p className="callout">{t("signIn.ended")}</p>}
        <SignInForm error={attempt.error} isBusy={attempt.isPending} onSubmit={attempt.mutate} />
        {demo.data && <DemoSignIns demo={demo.data} isBusy={attempt.isPending} onChoose={attempt.mutate} />}
      </div>
    </div>
  );
}

type DemoSignInsProps = { demo: Demo; isBusy: boolean; onChoose: (credentials: Credentials) => void };

function DemoSignIns({ demo, isBusy, onChoose }: DemoSignInsProps) {
  const { t } = useTranslation();
  return (
    <section className="card demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{t("signIn.demoTitle")}</h2>
      <p className="hint">{demo.notice}</p>
      <ul className="demo-people">
        {demo.sign_ins.map(({ email, password, role, name, organisation }) => (
          <li key={email}>
            <button type="button" className="button demo-person" disabled={isBusy} onClick={() => onChoose({ email, password })}>
              <span>{name}</span>{" "}
              <span className="hint">
                {t(`roles.${role}`, { defaultValue: role })} · {organisation}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
