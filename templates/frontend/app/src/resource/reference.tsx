import { useEffect, useState } from 'react'
import { messageOf } from '../api/error'
import { useCall } from '../console'
import { listRequest } from '../model/query'
import { nameOf, type Resource, type Row } from '../model/resource'
import { useLoad } from '../ui/load'

/** How many are offered at a time, and how long typing rests before they are looked for. */
const offered = 20
const rest = 250

interface ReferenceProps {
  attributes: { id: string; name: string; 'aria-invalid': true | undefined; 'aria-describedby': string | undefined }
  /** What is referred to. */
  resource: Resource
  required: boolean
  value: string
  onChange: (value: string) => void
}

/** A choice of one of another resource, which can be looked for. */
export function ReferenceInput({ attributes, resource, required, value, onChange }: ReferenceProps) {
  const call = useCall(resource)
  const [typed, setTyped] = useState('')
  const [keyword, setKeyword] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setKeyword(typed.trim()), rest)
    return () => clearTimeout(timer)
  }, [typed])
  const request = listRequest(resource, { filters: [], keyword, page: 1, size: offered })
  const { data, error } = useLoad(async (signal) => (await call(resource.list, request, signal)) as { results?: Row[]; total_count?: number }, JSON.stringify(request))
  const [key = ''] = resource.keys
  const rows = (data?.results ?? []).map((row) => ({ id: String(row[key] ?? ''), name: nameOf(resource, row) }))
  const more = (data?.total_count ?? 0) - rows.length
  return (
    <div className="reference">
      {resource.query !== 'none' && <input type="search" aria-label={`Search ${resource.plural.toLowerCase()}`} placeholder="Search" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />}
      <select {...attributes} required={required} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{required ? 'Choose…' : '–'}</option>
        {value !== '' && !rows.some((row) => row.id === value) && <option>{value}</option>}
        {rows.map(({ id, name }) => (
          <option key={id} value={id}>
            {name === id ? id : `${name} (${id})`}
          </option>
        ))}
      </select>
      <p className="help" role="status">
        {error !== undefined ? messageOf(error) : data === undefined ? 'Loading…' : rows.length === 0 ? 'None is found.' : more > 0 ? `${more} more: search for them.` : ''}
      </p>
    </div>
  )
}
