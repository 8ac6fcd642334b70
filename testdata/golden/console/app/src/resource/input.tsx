import { useId, useRef } from 'react'
import { flushSync } from 'react-dom'
import type { Field, Kind } from '../model/field'
import type { Draft } from '../model/form'

interface InputProps {
  field: Field
  draft: Draft
  problem?: string | undefined
  onChange: (draft: Draft) => void
}

/** The input of a field, with its label, what is said about it and what is wrong with it. */
export function Input({ field, draft, problem, onChange }: InputProps) {
  const id = useId()
  const said = [field.description !== '' && `${id}-help`, problem !== undefined && `${id}-problem`].filter(Boolean).join(' ')
  const attributes = {
    id,
    name: field.name,
    'aria-invalid': problem !== undefined || undefined,
    'aria-describedby': said || undefined,
  }
  const help = (
    <>
      {field.description !== '' && (
        <p className="help" id={`${id}-help`}>
          {field.description}
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
  if (field.kind === 'list') {
    return (
      <fieldset className="field" aria-describedby={said || undefined}>
        <legend>
          <Label field={field} />
        </legend>
        <ListInput field={field} items={draft as string[]} invalid={problem !== undefined} onChange={onChange} />
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
      {field.kind === 'enum' ? (
        <select {...attributes} required={field.required} value={text} onChange={(event) => onChange(event.target.value)}>
          <option value="">{field.required ? 'Choose…' : '–'}</option>
          {field.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : field.kind === 'json' ? (
        <textarea {...attributes} className="code" required={field.required} rows={6} spellCheck={false} placeholder={field.example ?? '{}'} value={text} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...attributes} {...inputType(field.kind, field.secret)} required={field.required} autoComplete="off" value={text} onChange={(event) => onChange(event.target.value)} />
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
      {field.kind === 'json' && ' (JSON)'}
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

function inputType(kind: Kind, secret: boolean) {
  switch (kind) {
    case 'integer':
      return { type: 'text', inputMode: 'numeric' } as const
    case 'number':
      return { type: 'text', inputMode: 'decimal' } as const
    case 'time':
      return { type: 'datetime-local', step: 1 } as const
    default:
      return { type: secret ? 'password' : 'text' }
  }
}

/** A list, with an input for each of its values. The focus follows what is added and removed. */
function ListInput({ field, items, invalid, onChange }: { field: Field; items: string[]; invalid: boolean; onChange: (items: string[]) => void }) {
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
        const attributes = { name: index === 0 ? field.name : undefined, 'data-index': index, 'aria-label': `${field.label}, value ${index + 1}`, 'aria-invalid': invalid || undefined }
        return (
          <div key={index}>
            {field.item === 'enum' || field.item === 'boolean' ? (
              <select {...attributes} value={item} onChange={(event) => change(index, event.target.value)}>
                {(field.item === 'enum' ? field.options : ['true', 'false']).map((option) => (
                  <option key={option}>{option}</option>
                ))}
              </select>
            ) : (
              <input {...attributes} {...inputType(field.item, false)} value={item} onChange={(event) => change(index, event.target.value)} />
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
