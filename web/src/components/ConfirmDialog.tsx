import { Button } from "./Button";
import { Dialog } from "./Dialog";

type ConfirmDialogProps = {
  title: string;
  text: string;
  confirm: string;
  cancel: string;
  isDangerous?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
};

/** A modal question, shown for as long as it is rendered; Escape cancels. The safe choice comes first. */
export function ConfirmDialog({ title, text, confirm, cancel, isDangerous = false, onConfirm, onCancel }: ConfirmDialogProps) {
  return (
    <Dialog title={title} onClose={onCancel}>
      <p>{text}</p>
      <div className="actions">
        <Button variant="primary" onClick={onCancel}>
          {cancel}
        </Button>
        <Button variant={isDangerous ? "danger" : "plain"} onClick={onConfirm}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  );
}
