import { useState } from 'react'
import { Dialog } from '../ui/dialog'
import { Failure } from '../ui/notice'

/** A dialog that asks once more before something is done. */
export function ConfirmDialog(props: { title: string; text: string; verb: string; onConfirm: () => Promise<void>; onClose: () => void }) {
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const confirm = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      await props.onConfirm()
    } catch (error) {
      setBusy(false)
      setFailure(error)
    }
  }
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p>{props.text}</p>
      {failure !== undefined && <Failure error={failure} />}
      <footer className="dialog-foot">
        <button type="button" onClick={props.onClose}>
          Cancel
        </button>
        <button type="button" className="danger" disabled={busy} onClick={() => void confirm()}>
          {busy ? 'Sending…' : props.verb}
        </button>
      </footer>
    </Dialog>
  )
}
