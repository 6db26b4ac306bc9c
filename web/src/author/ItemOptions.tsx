import { useTranslation } from "react-i18next";

import type { ItemDetail, ItemKey } from "../api/contract";
import { Badge } from "../components/Badge";
import { Table, type Column } from "../components/Table";
import { Spoken } from "../content/Spoken";
import { useFormats } from "../i18n/format";
import { OptionLetter } from "../learner/OptionLetter";

type Option = ItemDetail["options"][number] & { index: number };

/** The key and the distractors: what each one suggests, and how often it was chosen. For those who may see the key. */
export function ItemOptions({ item: { key, options } }: { item: ItemDetail }) {
  const { t } = useTranslation("author");
  if (key === null) return null;
  return (
    <section aria-labelledby="item-options">
      <h2 id="item-options">{t("options.title")}</h2>
      <OptionTable answerKey={key} options={options.map((option, index) => ({ ...option, index }))} />
      <h3>{t("options.solution")}</h3>
      <Spoken source={key.solution} spoken={key.solution_spoken} />
      <h3>{t("options.hints")}</h3>
      <ol className="item-hints">
        {key.hints.map(({ text, spoken }) => (
          <li key={text}>
            <Spoken source={text} spoken={spoken} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function OptionTable({ answerKey, options }: { answerKey: ItemKey; options: Option[] }) {
  const { t } = useTranslation("author");
  const { number, percent } = useFormats();
  const total = Object.values(answerKey.choices).reduce((sum, count) => sum + count, 0);
  const columns: Column<Option>[] = [
    {
      key: "option",
      head: t("options.option"),
      cell: ({ index, text, spoken }) => (
        <span className="option-cell">
          <OptionLetter index={index} />
          <span>
            <Spoken source={text} spoken={spoken} isInline />
          </span>
        </span>
      ),
    },
    {
      key: "role",
      head: t("options.role"),
      cell: ({ id }) =>
        id === answerKey.option ? <Badge tone="good">{t("options.key")}</Badge> : <Badge>{t("options.distractor")}</Badge>,
    },
    { key: "misconception", head: t("options.misconception"), cell: ({ id }) => <Suggested answerKey={answerKey} option={id} /> },
    {
      key: "chosen",
      head: t("options.chosen"),
      cell: ({ id }) => {
        const count = answerKey.choices[id] ?? 0;
        return total === 0 ? "–" : t("options.chosenOf", { count: number(count), share: percent(count / total) });
      },
      isNumber: true,
    },
  ];
  return <Table caption={t("options.title")} columns={columns} rows={options} rowKey={({ id }) => id} />;
}

function Suggested({ answerKey, option }: { answerKey: ItemKey; option: string }) {
  const found = answerKey.misconceptions.find((each) => each.option === option);
  if (found === undefined) return "–";
  return (
    <>
      <strong>{found.name}.</strong> {found.description}
    </>
  );
}
