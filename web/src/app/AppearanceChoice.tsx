import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { APPEARANCES, chooseAppearance, chosenAppearance, type Appearance } from "./appearance";

export function AppearanceChoice() {
  const { t } = useTranslation();
  const id = useId();
  const [appearance, setAppearance] = useState(chosenAppearance);
  const choose = (chosen: Appearance) => {
    chooseAppearance(chosen);
    setAppearance(chosen);
  };
  return (
    <div className="appearance">
      <label htmlFor={id}>{t("appearance.label")}</label>
      <select id={id} value={appearance} onChange={(event) => choose(event.target.value as Appearance)}>
        {APPEARANCES.map((each) => (
          <option key={each} value={each}>
            {t(`appearance.${each}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
