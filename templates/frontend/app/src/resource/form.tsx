import { type SubmitEvent, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { fieldOf, messageOf } from '../api/error'
import { useCall } from '../console'
import type { Field } from '../model/field'
import { type Draft, draftsOf, readForm } from '../model/form'
import type { Method, Resource, Row } from '../model/resource'
import { Dialog } from '../ui/dialog'
import { Failure } from '../ui/notice'
import { Input } from './input'

interface FormProps {
  resource: Resource
  method: Method
  title: string
  /** What the button says. */
  verb: string
  /** What is known already and not asked for: the keys of a row. */
  given?: Row
  /** What is being changed: only what differs from it is sent. */
  row?: Row | undefined
  onDone: (answer: unknown) => void
  onClose: () => void
}

/** A dialog that asks for a method's request and calls it. */
export function FormDialog({ resource, method, title, verb, given = {}, row, onDone, onClose }: FormProps) {
  const id = useId()
  const call = useCall(resource)
  const form = useRef<HTMLFormElement>(null)
  const fields: Field[] = method.fields.filter((field) => !(field.name in given))
  const [before] = useState(() => draftsOf(fields, row))
  const [drafts, setDrafts] = useState(before)
  const [problems, setProblems] = useState<Record<string, string>>({})
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)

  const change = (name: string, draft: Draft) => {
    setDrafts((all) => ({ ...all, [name]: draft }))
    setProblems((all) => Object.fromEntries(Object.entries(all).filter(([other]) => other !== name)))
  }
  const show = (found: Record<string, string>) => {
    flushSync(() => setProblems(found))
    const first = fields.find((field) => field.name in found)
    form.current?.querySelector<HTMLElement>(`[name="${first?.name}"]`)?.focus()
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const { request, problems: found } = readForm(fields, drafts, row && before)
    setFailure(undefined)
    if (Object.keys(found).length > 0) {
      show(found)
      return
    }
    setProblems({})
    setBusy(true)
    try {
      onDone(await call(method, { ...given, ...request }))
    } catch (error) {
      setBusy(false)
      const name = fieldOf(error, fields.map((field) => field.name))
      if (name === undefined) {
        setFailure(error)
      } else {
        show({ [name]: messageOf(error) })
      }
    }
  }
  const input = (field: Field) => (
    <Input key={field.name} field={field} draft={drafts[field.name] ?? ''} problem={problems[field.name]} onChange={(draft) => change(field.name, draft)} />
  )
  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form} id={id} noValidate onSubmit={(event) => void submit(event)}>
        {method.description !== '' && <p className="help">{method.description}</p>}
        {failure !== undefined && <Failure error={failure} />}
        {fields.filter((field) => !field.scope).map(input)}
        {fields.some((field) => field.scope) && (
          <details className="scope" open={fields.some((field) => field.scope && field.name in problems) || undefined}>
            <summary>Scope</summary>
            {fields.filter((field) => field.scope).map(input)}
          </details>
        )}
        <p className="visually-hidden" role="status">
          {Object.keys(problems).length > 0 ? `Not sent: ${Object.values(problems).join(' ')}` : ''}
        </p>
        <footer className="dialog-foot">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={busy}>
            {busy ? 'Sending…' : verb}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
