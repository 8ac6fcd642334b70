import { useRef } from 'react'
import { flushSync } from 'react-dom'
import type { Field } from '../model/field'
import { type Draft, type Drafts, draftsOf, type Problems } from '../model/form'
import { Input } from './input'

interface MessageProps {
  parts: Field[]
  /** Where it stands in the request. */
  path: string
  problems: Problems
  /** Is told the whole, and at which path it has changed. */
  onChange: (draft: Draft, path: string) => void
}

/** A message, with an input for each of its fields. */
export function MessageInput({ parts, path, drafts, problems, onChange }: MessageProps & { drafts: Drafts }) {
  return (
    <div className="message">
      {parts.map((part) => (
        <Input
          key={part.name}
          field={part}
          path={`${path}.${part.name}`}
          draft={drafts[part.name] ?? ''}
          problems={problems}
          onChange={(draft, at) => onChange({ ...drafts, [part.name]: draft }, at)}
        />
      ))}
    </div>
  )
}

/** A list of messages. The focus follows what is added and removed. */
export function MessagesInput({ field, parts, path, drafts, problems, onChange }: MessageProps & { field: Field; drafts: Drafts[] }) {
  const rows = useRef<HTMLDivElement>(null)
  const change = (to: Drafts[], selector: string) => {
    flushSync(() => onChange(to, path))
    rows.current?.querySelector<HTMLElement>(selector)?.focus()
  }
  return (
    <div ref={rows} className="messages">
      {drafts.map((one, index) => {
        const title = `${field.label} ${index + 1}`
        return (
          <fieldset key={index} data-index={index}>
            <legend>{title}</legend>
            <button
              type="button"
              className="quiet remove"
              aria-label={`Remove ${title}`}
              onClick={() =>
                change(
                  drafts.filter((_, at) => at !== index),
                  ':scope > .add',
                )
              }
            >
              ✕
            </button>
            <MessageInput parts={parts} path={`${path}[${index}]`} drafts={one} problems={problems} onChange={(draft, at) => onChange(drafts.map((other, n) => (n === index ? (draft as Drafts) : other)), at)} />
          </fieldset>
        )
      })}
      <button type="button" className="add" onClick={() => change([...drafts, draftsOf(parts)], `[data-index="${drafts.length}"] :is(input, select, textarea)`)}>
        {`Add to ${field.label.toLowerCase()}`}
      </button>
    </div>
  )
}
