import { useState } from 'react'
import type { Field } from '../model/field'
import type { Resource } from '../model/resource'

/** How many columns are shown unless somebody chooses. */
const room = 7

/** The columns that are shown, in order; remembered on this machine. */
export function useColumns(resource: Resource): { shown: Field[]; toggle: (name: string) => void } {
  const key = `columns:${resource.service}/${resource.slug}`
  const all = ordered(resource)
  const [names, setNames] = useState(() => recall(key) ?? usual(all))
  const toggle = (name: string) => {
    const next = names.includes(name) ? names.filter((other) => other !== name) : [...names, name]
    if (next.length > 0) {
      setNames(next)
      localStorage.setItem(key, JSON.stringify(next))
    }
  }
  const shown = all.filter((column) => names.includes(column.name))
  return { shown: shown.length > 0 ? shown : all.slice(0, room), toggle }
}

/** What a thing is called stands first. */
function ordered(resource: Resource): Field[] {
  const rank = (column: Field) => (column.name === 'name' ? 0 : resource.keys.includes(column.name) ? 1 : 2)
  return resource.columns.toSorted((a, b) => rank(a) - rank(b))
}

/** Whose it is and when it was changed is rarely looked for. */
const rare = new Set(['domain_id', 'workspace_id', 'updated_at'])

function usual(columns: Field[]): string[] {
  const common = columns.filter((column) => !rare.has(column.name))
  const plain = common.filter((column) => column.kind !== 'json')
  const chosen = plain.slice(0, room)
  return [...chosen, ...common.filter((column) => column.kind === 'json').slice(0, room - chosen.length)].map((column) => column.name)
}

function recall(key: string): string[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return Array.isArray(kept) ? kept.map(String) : undefined
  } catch {
    return undefined // somebody else's
  }
}

/** Lets people choose the columns. */
export function ColumnChoice({ resource, shown, toggle }: { resource: Resource; shown: Field[]; toggle: (name: string) => void }) {
  return (
    <details className="menu">
      <summary>Columns</summary>
      <fieldset>
        <legend className="visually-hidden">Columns that are shown</legend>
        {resource.columns.map((column) => (
          <label key={column.name} className="check">
            <input type="checkbox" checked={shown.includes(column)} onChange={() => toggle(column.name)} />
            {column.label}
          </label>
        ))}
      </fieldset>
    </details>
  )
}
