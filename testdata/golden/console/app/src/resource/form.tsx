import { type SubmitEvent, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { problemsOf } from '../api/error'
import { useCall } from '../console'
import { choicesOf, type Field } from '../model/field'
import { type Draft, draftsOf, leadsTo, type Problems, readForm } from '../model/form'
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

/** Whether a form asks for a field: not for what is known, what the service sets, or what nothing changes any more. */
function asked(field: Field, given: Row, row: Row | undefined): boolean {
  return !(field.name in given) && !field.readOnly && !(field.immutable && row !== undefined)
}

/** A dialog that asks for a method's request and calls it. */
export function FormDialog({ resource, method, title, verb, given = {}, row, onDone, onClose }: FormProps) {
  const id = useId()
  const call = useCall(resource)
  const form = useRef<HTMLFormElement>(null)
  const fields = method.fields.filter((field) => asked(field, given, row)).map((field) => ({ ...field, options: choicesOf(field, method === resource.create, row?.[field.name]) }))
  const [before] = useState(() => draftsOf(fields, row))
  const [drafts, setDrafts] = useState(before)
  const [problems, setProblems] = useState<Problems>({})
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)

  const change = (name: string, draft: Draft, path: string) => {
    setDrafts((all) => ({ ...all, [name]: draft }))
    setProblems((all) => Object.fromEntries(Object.entries(all).filter(([at]) => !leadsTo(at, path))))
  }
  const show = (found: Problems) => {
    flushSync(() => setProblems(found))
    form.current?.querySelector<HTMLElement>('[aria-invalid]:is(input, select, textarea), [data-invalid] :is(input, select, textarea, button)')?.focus()
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
      const { problems: ours, all } = problemsOf(error, fields.map((field) => field.name))
      if (!all) {
        setFailure(error)
      }
      show(ours)
    }
  }
  const input = (field: Field) => (
    <Input key={field.name} field={field} path={field.name} draft={drafts[field.name] ?? ''} problems={problems} onChange={(draft, path) => change(field.name, draft, path)} />
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
