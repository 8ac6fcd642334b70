import { useId, useRef } from 'react'
import { flushSync } from 'react-dom'
import type { Field, Kind } from '../model/field'
import { type Draft, type Drafts, leadsTo, type Problems } from '../model/form'
import { hintOf } from '../model/rule'
import { MessageInput, MessagesInput } from './message'
import { ReferenceInput } from './reference'

export interface InputProps {
  field: Field
  /** Where it stands in the request: items[1].quantity. */
  path: string
  draft: Draft
  /** What is wrong with the whole form, by paths. */
  problems: Problems
  /** Is told what has changed, and at which path. */
  onChange: (draft: Draft, path: string) => void
}

/** The input of a field, with its label, what is said about it and what is wrong with it. */
export function Input({ field, path, draft, problems, onChange: changed }: InputProps) {
  const id = useId()
  // What is wrong within a message stands where it is wrong.
  const problem = Object.entries(problems).find(([at]) => (field.parts === undefined ? leadsTo(at, path) : at === path))?.[1]
  const description = [field.description, hintOf(field.rules)].filter((text) => text !== '').join(' ')
  const said = [description !== '' && `${id}-help`, problem !== undefined && `${id}-problem`].filter(Boolean).join(' ')
  const onChange = (to: Draft) => changed(to, path)
  const attributes = {
    id,
    name: path,
    'aria-invalid': problem !== undefined || undefined,
    'aria-describedby': said || undefined,
  }
  const help = (
    <>
      {description !== '' && (
        <p className="help" id={`${id}-help`}>
          {description}
        </p>
      )}
      {problem !== undefined && (
        <p className="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </>
  )
  if (field.kind === 'boolean') {
    return (
      <div className="field">
        <label className="check">
          <input {...attributes} type="checkbox" checked={draft === true} onChange={(event) => onChange(event.target.checked)} />
          {field.label}
        </label>
        {help}
      </div>
    )
  }
  if (field.kind === 'list' || field.parts !== undefined) {
    return (
      <fieldset className="field" data-invalid={problem !== undefined || undefined} aria-describedby={said || undefined}>
        <legend>
          <Label field={field} />
        </legend>
        {field.parts === undefined ? (
          <ListInput field={field} path={path} items={draft as string[]} invalid={problem !== undefined} onChange={onChange} />
        ) : field.many ? (
          <MessagesInput field={field} parts={field.parts} path={path} drafts={draft as Drafts[]} problems={problems} onChange={changed} />
        ) : (
          <MessageInput parts={field.parts} path={path} drafts={draft as Drafts} problems={problems} onChange={changed} />
        )}
        {help}
      </fieldset>
    )
  }
  const text = draft as string
  return (
    <div className="field">
      <label htmlFor={id}>
        <Label field={field} />
      </label>
      {field.refers !== undefined ? (
        <ReferenceInput attributes={attributes} resource={field.refers} required={field.required} value={text} onChange={onChange} />
      ) : field.kind === 'enum' ? (
        <select {...attributes} required={field.required} value={text} onChange={(event) => onChange(event.target.value)}>
          <option value="">{field.required ? 'Choose…' : '–'}</option>
          {field.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : field.kind === 'json' ? (
        <textarea {...attributes} className="code" required={field.required} rows={6} spellCheck={false} placeholder={field.example ?? '{}'} value={text} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...attributes} {...inputType(field.kind, field)} required={field.required} autoComplete="off" value={text} onChange={(event) => onChange(event.target.value)} />
      )}
      {help}
    </div>
  )
}

function Label({ field }: { field: Field }) {
  return (
    <>
      {field.label}
      {field.kind === 'time' && ' (UTC)'}
      {field.kind === 'json' && field.parts === undefined && ' (JSON)'}
      {field.required && (
        <span className="required" aria-hidden="true">
          {' *'}
        </span>
      )}
    </>
  )
}

/** What a new value of a list begins with. */
function firstOf(field: Field): string {
  return field.item === 'enum' ? (field.options[0] ?? '') : field.item === 'boolean' ? 'true' : ''
}

/** What browsers call the forms of texts that they know. */
const types: Record<string, string> = { email: 'email', uri: 'url' }

function inputType(kind: Kind, { secret, rules }: Field) {
  switch (kind) {
    case 'integer':
      return { type: 'text', inputMode: 'numeric' } as const
    case 'number':
      return { type: 'text', inputMode: 'decimal' } as const
    case 'time':
      return { type: 'datetime-local', step: 1 } as const
    default:
      if (rules.format === 'date') {
        return { type: 'date', min: rules.min, max: rules.max }
      }
      return { type: secret ? 'password' : (types[rules.format] ?? 'text'), ...(rules.format === 'decimal' && ({ inputMode: 'decimal' } as const)) }
  }
}

/** A list, with an input for each of its values. The focus follows what is added and removed. */
function ListInput({ field, path, items, invalid, onChange }: { field: Field; path: string; items: string[]; invalid: boolean; onChange: (items: string[]) => void }) {
  const rows = useRef<HTMLDivElement>(null)
  // At once, so that nothing that is typed meanwhile gets lost.
  const changeAndFocus = (to: string[], selector: string) => {
    flushSync(() => onChange(to))
    rows.current?.querySelector<HTMLElement>(selector)?.focus()
  }
  const change = (index: number, value: string) => onChange(items.map((item, at) => (at === index ? value : item)))
  return (
    <div ref={rows} className="list-input">
      {items.map((item, index) => {
        const attributes = { name: index === 0 ? path : undefined, 'data-index': index, 'aria-label': `${field.label}, value ${index + 1}`, 'aria-invalid': invalid || undefined }
        return (
          <div key={index}>
            {field.item === 'enum' || field.item === 'boolean' ? (
              <select {...attributes} value={item} onChange={(event) => change(index, event.target.value)}>
                {(field.item === 'enum' ? field.options : ['true', 'false']).map((option) => (
                  <option key={option}>{option}</option>
                ))}
              </select>
            ) : (
              <input {...attributes} {...inputType(field.item, field)} value={item} onChange={(event) => change(index, event.target.value)} />
            )}
            <button
              type="button"
              className="quiet"
              aria-label={`Remove value ${index + 1} of ${field.label}`}
              onClick={() => changeAndFocus(items.filter((_, at) => at !== index), '.add')}
            >
              ✕
            </button>
          </div>
        )
      })}
      <button
        type="button"
        className="add"
        onClick={() => changeAndFocus([...items, firstOf(field)], `[data-index="${items.length}"]`)}
      >
        Add a value
      </button>
    </div>
  )
}
