import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { saveFile } from "../components/saveFile";
import { useProblemText } from "../components/useProblemText";

/** Saves the class as a spreadsheet. A link would not do: the request has to say who asks. */
export function Download({ classId, name }: { classId: string; name: string }) {
  const { t } = useTranslation("teacher");
  const download = useMutation({
    mutationFn: () =>
      bodyOf<Blob>(
        api.GET("/api/v1/analytics/classes/{id}/download", { params: { path: { id: classId } }, parseAs: "blob" }) as Promise<{
          data?: Blob;
        }>,
      ),
    onSuccess: (file) => saveFile(file, `${name} ${new Date().toISOString().slice(0, 10)}.csv`),
  });
  const problem = useProblemText(download.error);
  return (
    <>
      <Button isBusy={download.isPending} onClick={() => download.mutate()}>
        {t("class.download")}
      </Button>
      {download.isError && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
