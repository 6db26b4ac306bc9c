import { useTranslation } from "react-i18next";

import type { Credentials } from "../api/tokens";
import type { Demo, DemoSignIn } from "./demo";

type DemoSignInsProps = { demo: Demo; isBusy: boolean; onChoose: (credentials: Credentials) => void };

/** The people of the demo school, school by school, each a button that signs in as that person. */
export function DemoSignIns({ demo, isBusy, onChoose }: DemoSignInsProps) {
  const { t } = useTranslation(["signin", "common"]);
  const schools = [...new Set(demo.sign_ins.map(({ organisation }) => organisation))];
  return (
    <section className="card demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{t("demoTitle")}</h2>
      <p className="hint">{t("demoNotice")}</p>
      {schools.map((school) => (
        <div key={school} className="demo-school">
          <h3>{school}</h3>
          <ul>
            {demo.sign_ins
              .filter(({ organisation }) => organisation === school)
              .map((person) => (
                <li key={person.email}>
                  <DemoPerson person={person} isBusy={isBusy} onChoose={onChoose} />
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

type DemoPersonProps = { person: DemoSignIn; isBusy: boolean; onChoose: (credentials: Credentials) => void };

function DemoPerson({ person: { email, password, role, name }, isBusy, onChoose }: DemoPersonProps) {
  const { t } = useTranslation(["signin", "common"]);
  return (
    <button type="button" className="button demo-person" disabled={isBusy} onClick={() => onChoose({ email, password })}>
      <span>{name}</span> <span className="hint">{t(`common:roles.${role}`, { defaultValue: role })}</span>
    </button>
  );
}
