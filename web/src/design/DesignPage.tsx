import "./design.css";

import { useTranslation } from "react-i18next";

import { AppearanceChoice, ContrastChoice, LanguageChoice, MotionChoice, TextSizeChoice } from "../app/Choices";
import { PageHeading } from "../components/PageHeading";
import { Charts, Tables } from "./Figures";
import { Buttons, Colours, Fields, Spaces, Type } from "./Foundations";
import { Dialogs, ProgressBars, States, TabsAndMenu } from "./Parts";

/** Every shared part in every state: to look at, and for tests to look through in every appearance and language. */
export function DesignPage() {
  const { t } = useTranslation("design");
  return (
    <div className="page design">
      <div className="page-top">
        <PageHeading title={t("title")} />
        <p className="lead">{t("lead")}</p>
      </div>
      <section aria-labelledby="design-try" className="card">
        <h2 id="design-try">{t("try")}</h2>
        <div className="design-choices">
          <AppearanceChoice />
          <LanguageChoice offersDisguise />
          <TextSizeChoice />
          <ContrastChoice />
          <MotionChoice />
        </div>
      </section>
      <Colours />
      <Type />
      <Spaces />
      <Buttons />
      <Fields />
      <Dialogs />
      <Tables />
      <Charts />
      <ProgressBars />
      <TabsAndMenu />
      <States />
    </div>
  );
}
