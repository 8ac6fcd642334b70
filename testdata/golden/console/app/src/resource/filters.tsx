import { type SubmitEvent, useId, useRef, useState } from 'react'
import { fieldAt, type Filter, operators, operatorsOf, valueOf } from '../model/query'
import type { Resource } from '../model/resource'

interface FiltersProps {
  resource: Resource
  filters: Filter[]
  onChange: (filters: Filter[]) => void
}

/** The conditions of a list: those that hold, and a form that adds one. */
export function Filters({ resource, filters, onChange }: FiltersProps) {
  const id = useId()
  const fields = resource.columns
  const [name, setName] = useState(fields[0]?.name ?? '')
  const [path, setPath] = useState('')
  const [operator, setOperator] = useState('')
  const [value, setValue] = useState('')
  const [problem, setProblem] = useState<string>()
  const input = useRef<HTMLInputElement & HTMLSelectElement>(null)
  const form = useRef<HTMLFormElement>(null)

  const field = fields.find((candidate) => candidate.name === name)
  if (field === undefined) {
    return null
  }
  const choices = operatorsOf(field)
  const chosen = choices.includes(operator) ? operator : choices[0]!
  const options = field.kind === 'boolean' || chosen === 'exists' ? ['true', 'false'] : field.kind === 'enum' && !chosen.endsWith('in') ? field.options : undefined
  const choose = (to: string) => {
    setName(to)
    setPath('')
    setValue('')
    setProblem(undefined)
  }
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    const deep = field.kind === 'json' && path.trim() !== '' ? `${name}.${path.trim().replace(/^\.+/, '')}` : name
    const filter = { key: deep, operator: chosen, value: options !== undefined && value === '' ? options[0]! : value }
    const read = valueOf(field, filter)
    if ('problem' in read) {
      setProblem(read.problem)
      input.current?.focus()
      return
    }
    setProblem(undefined)
    setValue('')
    onChange([...filters, filter])
  }
  const attributes = {
    ref: input,
    id: `${id}-value`,
    'aria-invalid': problem !== undefined || undefined,
    'aria-describedby': problem !== undefined ? `${id}-problem` : undefined,
    value,
  }
  return (
    <section className="filters" aria-label="Filters">
      <form ref={form} noValidate onSubmit={add}>
        <div>
          <label htmlFor={`${id}-field`}>Field</label>
          <select id={`${id}-field`} value={name} onChange={(event) => choose(event.target.value)}>
            {fields.map((candidate) => (
              <option key={candidate.name} value={candidate.name}>
                {candidate.label}
              </option>
            ))}
          </select>
        </div>
        {field.kind === 'json' && (
          <div>
            <label htmlFor={`${id}-path`}>Path</label>
            <input id={`${id}-path`} value={path} placeholder="team" onChange={(event) => setPath(event.target.value)} />
          </div>
        )}
        <div>
          <label htmlFor={`${id}-operator`}>Condition</label>
          <select id={`${id}-operator`} value={chosen} onChange={(event) => setOperator(event.target.value)}>
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {operators[choice]}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label htmlFor={`${id}-value`}>Value</label>
          {options !== undefined ? (
            <select {...attributes} value={value || options[0]} onChange={(event) => setValue(event.target.value)}>
              {options.map((option) => (
                <option key={option}>{option}</option>
              ))}
            </select>
          ) : (
            <input {...attributes} type={field.kind === 'time' ? 'datetime-local' : 'text'} onChange={(event) => setValue(event.target.value)} />
          )}
        </div>
        <button type="submit">Add filter</button>
        {problem !== undefined && (
          <p className="problem" id={`${id}-problem`} role="alert">
            {problem}
          </p>
        )}
      </form>
      {filters.length > 0 && (
        <ul className="chips" aria-label="Filters that hold">
          {filters.map((filter, index) => {
            const text = `${textOf(resource, filter)} ${operators[filter.operator]} ${filter.operator === 'exists' && filter.value === 'true' ? '' : filter.value}`.trim()
            return (
              <li key={index}>
                {text}
                <button
                  type="button"
                  className="quiet"
                  aria-label={`Remove the filter: ${text}`}
                  onClick={() => {
                    onChange(filters.filter((_, at) => at !== index))
                    form.current?.querySelector('select')?.focus()
                  }}
                >
                  ✕
                </button>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

function textOf(resource: Resource, filter: Filter): string {
  const [, ...path] = filter.key.split('.')
  return [fieldAt(resource, filter.key)?.label ?? filter.key, ...path].join(' › ')
}
