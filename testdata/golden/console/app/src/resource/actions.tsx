import { useState } from 'react'
import { messageOf } from '../api/error'
import { useCall, useConsole } from '../console'
import type { Method, Resource, Row } from '../model/resource'
import { Dialog } from '../ui/dialog'
import { FormDialog } from './form'

/** Buttons for methods; those that want to know more than is given ask for it. */
export function ActionButtons({ resource, methods, given, onDone }: { resource: Resource; methods: Method[]; given: Row; onDone: () => void }) {
  const { announce } = useConsole()
  const call = useCall(resource)
  const [asking, setAsking] = useState<Method>()
  const [busy, setBusy] = useState<Method>()
  const [answer, setAnswer] = useState<{ method: Method; content: unknown }>()

  const done = (method: Method, content: unknown) => {
    setAsking(undefined)
    announce(`${method.label}: accepted.`)
    if (methods !== resource.actions || !isNothing(content)) {
      setAnswer({ method, content })
    }
    onDone()
  }
  const start = async (method: Method) => {
    if (method.fields.some((field) => !field.scope && !(field.name in given))) {
      setAsking(method)
      return
    }
    setBusy(method)
    try {
      done(method, await call(method, given))
    } catch (error) {
      announce(`${method.label}: ${messageOf(error)}`)
    }
    setBusy(undefined)
  }
  return (
    <>
      {methods.map((method) => (
        <button key={method.verb} type="button" title={method.description || undefined} disabled={busy === method} onClick={() => void start(method)}>
          {method.label}
        </button>
      ))}
      {asking && <FormDialog resource={resource} method={asking} title={`${resource.title}: ${asking.label.toLowerCase()}`} verb={asking.label} given={given} onDone={(content) => done(asking, content)} onClose={() => setAsking(undefined)} />}
      {answer && (
        <Dialog title={`${answer.method.label}: the answer`} onClose={() => setAnswer(undefined)}>
          <pre tabIndex={0}>{JSON.stringify(answer.content, null, 2)}</pre>
        </Dialog>
      )}
    </>
  )
}

function isNothing(content: unknown): boolean {
  return typeof content !== 'object' || content === null || Object.keys(content).length === 0
}
