import "../learner/player.css";

import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Feedback, ItemDetail } from "../api/contract";
import { CONTRASTS, TEXT_SIZES, type Preferences } from "../app/preferences";
import { Select } from "../components/Select";
import { ItemScreen } from "../learner/ItemScreen";
import { ReviewScreen } from "../learner/ReviewScreen";
import type { Review } from "../learner/useAnswer";

const APPEARANCES = ["light", "dark"] as const;
const WINDOWS = ["wide", "phone"] as const;

type Look = {
  appearance: (typeof APPEARANCES)[number];
  textSize: Preferences["textSize"];
  contrast: Preferences["contrast"];
  window: (typeof WINDOWS)[number];
};

/** The item by the learner's own parts: it can be answered, and the explanation of practice follows. */
export function Preview({ item }: { item: ItemDetail }) {
  const { t } = useTranslation("author");
  const [look, setLook] = useState<Look>({ appearance: "light", textSize: "normal", contrast: "system", window: "wide" });
  return (
    <section aria-labelledby="item-preview">
      <h2 id="item-preview">{t("preview.title")}</h2>
      <p className="hint">{item.key ? t("preview.text") : t("preview.textWithoutKey")}</p>
      <LookChoice look={look} onChange={(change) => setLook({ ...look, ...change })} />
      <div
        className="preview"
        data-appearance={look.appearance}
        data-contrast={look.contrast === "more" ? "more" : undefined}
        data-text-size={look.textSize}
        data-window={look.window}
      >
        <div className="page page-narrow player">
          <Player item={item} />
        </div>
      </div>
    </section>
  );
}

function LookChoice({ look, onChange }: { look: Look; onChange: (change: Partial<Look>) => void }) {
  const { t } = useTranslation(["author", "common"]);
  return (
    <div className="filters">
      <Select
        label={t("common:appearance.label")}
        value={look.appearance}
        options={APPEARANCES.map((value) => ({ value, text: t(`common:appearance.${value}`) }))}
        onChange={(appearance) => onChange({ appearance })}
      />
      <Select
        label={t("common:textSize.label")}
        value={look.textSize}
        options={TEXT_SIZES.map((value) => ({ value, text: t(`common:textSize.${value}`) }))}
        onChange={(textSize) => onChange({ textSize })}
      />
      <Select
        label={t("common:contrast.label")}
        value={look.contrast}
        options={CONTRASTS.map((value) => ({
          value,
          text: value === "more" ? t("common:contrast.more") : t("preview.usualContrast"),
        }))}
        onChange={(contrast) => onChange({ contrast })}
      />
      <Select
        label={t("preview.window")}
        value={look.window}
        options={WINDOWS.map((value) => ({ value, text: t(`preview.windows.${value}`) }))}
        onChange={(window) => onChange({ window })}
      />
    </div>
  );
}

/** A session of one item that is never sent anywhere. */
function Player({ item }: { item: ItemDetail }) {
  const { t } = useTranslation("author");
  const [review, setReview] = useState<Review | null>(null);
  const [isAnswered, setIsAnswered] = useState(false);
  const shown = { ...item, position: 1 };
  if (review) {
    return <ReviewScreen review={review} session={{ item: shown }} onNext={() => setReview(null)} isPreview />;
  }
  const give = (_: unknown, option: string) => {
    const feedback = feedbackOn(item, option);
    setIsAnswered(true);
    if (feedback) setReview({ item: shown, option, feedback });
  };
  return (
    <>
      <ItemScreen
        session={{ id: "preview", test_design_name: item.code }}
        item={shown}
        answer={{ delivery: "idle", give, redeliver: () => undefined }}
        isPreview
      />
      {isAnswered && item.key === null && <p role="status">{t("preview.noKey")}</p>}
    </>
  );
}

/** What practice would tell about that choice; null for those who may not see the key. */
function feedbackOn({ key }: ItemDetail, option: string): Feedback | null {
  if (key === null) return null;
  const suggested = key.misconceptions.find((each) => each.option === option);
  return {
    is_correct: option === key.option,
    key: key.option,
    misconception: suggested ? { name: suggested.name, description: suggested.description } : null,
    solution: key.solution,
    solution_spoken: key.solution_spoken,
    hints: key.hints,
  };
}
