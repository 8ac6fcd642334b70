import { type SubmitEvent, useState } from 'react'
import { useCall, useConsole } from '../console'
import { listRequest, readView, sizes, type View, writeView } from '../model/query'
import { nameOf, type Resource, type Row } from '../model/resource'
import { useLoad } from '../ui/load'
import { Failure } from '../ui/notice'
import { Page } from '../ui/page'
import { navigate, pathTo } from '../ui/router'
import { ActionButtons } from './actions'
import { ChartPanel } from './chart'
import { ColumnChoice, useColumns } from './columns'
import { Filters } from './filters'
import { FormDialog } from './form'
import { Table } from './table'

/** How often a list is loaded anew when that is asked for, in seconds. */
const seconds = 2

/** The page of a resource: what there is of it. */
export function List({ resource, search }: { resource: Resource; search: string }) {
  const { announce, config } = useConsole()
  const call = useCall(resource)
  const view = readView(search)
  const [live, setLive] = useState(false)
  const [chart, setChart] = useState(false)
  const [creating, setCreating] = useState(false)
  const { shown, toggle } = useColumns(resource)
  const every = live ? seconds * 1000 : undefined
  const request = listRequest(resource, view)
  const { data, error, loading, reload } = useLoad(
    async (signal) => (await call(resource.list, request, signal)) as { results?: Row[]; total_count?: number },
    JSON.stringify(request),
    every,
  )
  const rows = data?.results ?? []
  const total = data?.total_count ?? rows.length
  const show = (change: Partial<View>) => navigate(pathTo(resource.service, resource.slug) + writeView({ ...view, page: 1, ...change }))
  const find = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    show({ keyword: String(new FormData(event.currentTarget).get('keyword') ?? '').trim() })
  }
  const create = resource.create
  return (
    <Page
      title={resource.plural}
      name={config.title}
      actions={
        <>
          <ActionButtons resource={resource} methods={resource.commands} given={{}} onDone={reload} />
          {create && (
            <button type="button" className="primary" onClick={() => setCreating(true)}>
              Create
            </button>
          )}
        </>
      }
    >
      <div className="toolbar">
        {resource.query !== 'none' && (
          <form role="search" aria-label={resource.plural} onSubmit={find}>
            <input key={view.keyword} type="search" name="keyword" aria-label={`Search ${resource.plural.toLowerCase()}`} placeholder="Search" defaultValue={view.keyword} />
            <button type="submit">Search</button>
          </form>
        )}
        <label className="check">
          <input type="checkbox" checked={live} onChange={(event) => setLive(event.target.checked)} />
          {`Refresh every ${seconds} s`}
        </label>
        {resource.stat && (
          <button type="button" aria-expanded={chart} onClick={() => setChart(!chart)}>
            Chart
          </button>
        )}
        <ColumnChoice resource={resource} shown={shown} toggle={toggle} />
        <button type="button" onClick={reload}>
          Refresh
        </button>
      </div>
      {resource.query !== 'none' && <Filters resource={resource} filters={view.filters} onChange={(filters) => show({ filters })} />}
      {chart && resource.stat && <ChartPanel resource={resource} stat={resource.stat} view={view} every={every} />}
      {error !== undefined && <Failure error={error} retry={reload} />}
      <p className="summary" role="status">
        {data === undefined ? (loading && error === undefined ? 'Loading…' : '') : summary(resource, view, rows.length, total)}
      </p>
      {rows.length > 0 && <Table resource={resource} columns={shown} rows={rows} sort={view.sort} onSort={(sort) => show({ sort })} />}
      {resource.query !== 'none' && total > 0 && <Pager view={view} total={total} onChange={show} />}
      {create && creating && (
        <FormDialog
          resource={resource}
          method={create}
          title={`Create: ${resource.title.toLowerCase()}`}
          verb="Create"
          onClose={() => setCreating(false)}
          onDone={(answer) => {
            setCreating(false)
            announce(`${nameOf(resource, answer as Row)} was created.`)
            reload()
          }}
        />
      )}
    </Page>
  )
}

function summary(resource: Resource, view: View, shown: number, total: number): string {
  if (total === 0) {
    const filtered = view.filters.length > 0 || view.keyword !== ''
    return `There are no ${resource.plural.toLowerCase()}${filtered ? ' of which all of this holds' : ' yet'}.`
  }
  const first = (view.page - 1) * view.size + 1
  return shown === 0 ? `There is nothing on this page; there are ${total} in all.` : `${first} to ${first + shown - 1} of ${total}`
}

function Pager({ view, total, onChange }: { view: View; total: number; onChange: (change: Partial<View>) => void }) {
  const last = Math.max(Math.ceil(total / view.size), 1)
  return (
    <nav className="pager" aria-label="Pages">
      <button type="button" disabled={view.page <= 1} onClick={() => onChange({ page: Math.min(view.page - 1, last) })}>
        Previous
      </button>
      <span aria-current="page">{`Page ${view.page} of ${last}`}</span>
      <button type="button" disabled={view.page >= last} onClick={() => onChange({ page: view.page + 1 })}>
        Next
      </button>
      <label>
        Rows a page
        <select value={view.size} onChange={(event) => onChange({ size: Number(event.target.value) })}>
          {sizes.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </select>
      </label>
    </nav>
  )
}
