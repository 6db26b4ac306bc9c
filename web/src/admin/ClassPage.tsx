import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { SchoolClass } from "../api/contract";
import { bodyOf } from "../api/reach";
import { Badge } from "../components/Badge";
import { Button, buttonClass } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { useToast } from "../components/useToast";
import { ClassDialog } from "./ClassDialog";
import { Enrol } from "./Enrol";
import { Members } from "./Members";
import { classQuery } from "./queries";

/** A class: its name, whether it is archived, and who belongs to it. */
export function ClassPage() {
  const { t } = useTranslation("admin");
  const { classId } = useParams({ from: "/signed-in/admin/classes/$classId" });
  const read = useQuery(classQuery(classId));
  return (
    <div className="page">
      <p className="crumbs">
        <Link to="/admin/classes">{t("class.back")}</Link>
      </p>
      {read.isPending && <Loading />}
      {read.isError && <Failure error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && (
        <>
          <Head shown={read.data.shown} etag={read.data.etag} />
          <Enrol classId={classId} />
          <Members classId={classId} />
        </>
      )}
    </div>
  );
}

function Head({ shown, etag }: { shown: SchoolClass; etag: string }) {
  const { t } = useTranslation("admin");
  const [open, setOpen] = useState<"rename" | "archive" | null>(null);
  const change = useChange(shown.id, etag, () => setOpen(null));
  const isArchived = shown.archived_at !== null;
  return (
    <div className="page-top">
      <PageHeading title={shown.name} />
      {(shown.subject || isArchived) && (
        <p className="page-tools">
          {shown.subject && <span className="lead">{shown.subject}</span>}
          {isArchived && <Badge>{t("classes.archived")}</Badge>}
        </p>
      )}
      <div className="page-tools">
        <Link to="/teach/classes/$classId" params={{ classId: shown.id }} search={{}} className={buttonClass("primary", true)}>
          {t("class.results")}
        </Link>
        <Button isSmall onClick={() => setOpen("rename")}>
          {t("class.rename")}
        </Button>
        {isArchived ? (
          <Button isSmall isBusy={change.isPending} onClick={() => change.mutate({ is_archived: false })}>
            {t("class.restore")}
          </Button>
        ) : (
          <Button isSmall onClick={() => setOpen("archive")}>
            {t("class.archive")}
          </Button>
        )}
      </div>
      {open !== "rename" && change.error && <Failure error={change.error} />}
      {open === "rename" && (
        <ClassDialog
          title={t("class.rename")}
          save={t("class.save")}
          name={shown.name}
          subject={shown.subject}
          error={change.error}
          isBusy={change.isPending}
          onSave={change.mutate}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "archive" && (
        <ConfirmDialog
          title={t("class.archiveTitle", { name: shown.name })}
          text={t("class.archiveText")}
          cancel={t("class.keep")}
          confirm={t("class.archive")}
          onCancel={() => setOpen(null)}
          onConfirm={() => {
            setOpen(null);
            change.mutate({ is_archived: true });
          }}
        />
      )}
    </div>
  );
}

type Changes = { name?: string; subject?: string; is_archived?: boolean };

/** Somebody else may have changed the class meanwhile; then it is read again, and nothing is overwritten. */
function useChange(classId: string, etag: string, onDone: () => void) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const { show } = useToast();
  return useMutation({
    mutationFn: (body: Changes) =>
      bodyOf(
        api.PATCH("/api/v1/classes/{id}", { params: { path: { id: classId }, header: { "if-match": etag } }, body }),
      ),
    onSuccess: () => {
      show({ text: t("class.saved"), tone: "good" });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["classes"] }),
  });
}
