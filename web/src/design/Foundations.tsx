import { useState, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";

import { Button, type ButtonVariant } from "../components/Button";
import { Check, TextArea, TextField } from "../components/Field";
import { SearchField } from "../components/SearchField";
import { Select } from "../components/Select";

const COLOURS = [
  ["ink", "--ink"],
  ["soft", "--ink-soft"],
  ["leaf", "--leaf"],
  ["dawn", "--dawn-bright"],
  ["alarm", "--alarm"],
  ["night", "--night"],
] as const;

const STEPS = [
  ["--step-4", 600],
  ["--step-3", 600],
  ["--step-2", 600],
  ["--step-1", 400],
  ["--step-0", 400],
  ["--step-down", 400],
] as const;
const GAPS = ["--gap-1", "--gap-2", "--gap-3", "--gap-4", "--gap-5", "--gap-6", "--gap-7"] as const;
const VARIANTS: ButtonVariant[] = ["primary", "plain", "quiet", "dawn", "danger"];

export function Colours() {
  const { t } = useTranslation("design");
  return (
    <section aria-labelledby="design-colours">
      <h2 id="design-colours">{t("colours")}</h2>
      <ul className="swatches">
        {COLOURS.map(([name, token]) => (
          <li key={name} className="swatch" style={{ "--swatch": `var(${token})` } as CSSProperties}>
            {t(`colour.${name}`)}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Type() {
  const { t } = useTranslation("design");
  return (
    <section aria-labelledby="design-type">
      <h2 id="design-type">{t("type")}</h2>
      <div className="type-scale">
        {STEPS.map(([step, fontWeight]) => (
          <p key={step} style={{ fontSize: `var(${step})`, fontWeight }}>
            {t("sample")}
          </p>
        ))}
      </div>
    </section>
  );
}

export function Spaces() {
  const { t } = useTranslation("design");
  return (
    <section aria-labelledby="design-spaces">
      <h2 id="design-spaces">{t("spaces")}</h2>
      <ul className="spaces">
        {GAPS.map((gap, index) => (
          <li key={gap} style={{ "--gap": `var(${gap})` } as CSSProperties}>
            <span className="hint">{t("space", { number: index + 1 })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Buttons() {
  const { t } = useTranslation("design");
  return (
    <section aria-labelledby="design-buttons">
      <h2 id="design-buttons">{t("buttons")}</h2>
      <div className="design-row">
        {VARIANTS.map((variant) => (
          <Button key={variant} variant={variant}>
            {t(`variant.${variant}`)}
          </Button>
        ))}
      </div>
      <div className="design-row">
        <Button variant="primary" isBusy>
          {t("busy")}
        </Button>
        <Button disabled>{t("disabled")}</Button>
        <Button isSmall>{t("small")}</Button>
      </div>
    </section>
  );
}

export function Fields() {
  const { t } = useTranslation(["design", "common"]);
  const [name, setName] = useState("");
  const [taken, setTaken] = useState("8b");
  const [note, setNote] = useState("");
  const [state, setState] = useState<"well" | "help">("well");
  const [search, setSearch] = useState("");
  const [isOn, setIsOn] = useState(true);
  return (
    <section aria-labelledby="design-fields">
      <h2 id="design-fields">{t("fields")}</h2>
      <div className="design-fields">
        <TextField label={t("name")} hint={t("nameHint")} isRequired value={name} onChange={setName} />
        <TextField label={t("name")} error={t("nameError")} value={taken} onChange={setTaken} />
        <Select
          label={t("state")}
          value={state}
          onChange={setState}
          options={[
            { value: "well", text: t("well") },
            { value: "help", text: t("help") },
          ]}
        />
        <TextArea label={t("note")} value={note} onChange={setNote} />
        <SearchField label={t("common:search.label")} value={search} onSearch={setSearch} />
        <Check label={t("check")} hint={t("nameHint")} isOn={isOn} onChange={setIsOn} />
      </div>
    </section>
  );
}
