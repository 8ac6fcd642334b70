import { useState } from 'react'
import { useCall, useConsole } from '../console'
import { keyOf, nameOf, type Resource, type Row } from '../model/resource'
import { useLoad } from '../ui/load'
import { Failure } from '../ui/notice'
import { Page } from '../ui/page'
import { Link, navigate, pathTo } from '../ui/router'
import { ActionButtons } from './actions'
import { ConfirmDialog } from './confirm'
import { FormDialog } from './form'
import { WholeValue } from './value'

/** The page of one of a resource. */
export function Detail({ resource, keys }: { resource: Resource; keys: string[] }) {
  const { announce, config } = useConsole()
  const call = useCall(resource)
  const [dialog, setDialog] = useState<'update' | 'remove'>()
  const given: Row = Object.fromEntries(resource.keys.map((key, index) => [key, keys[index]]))
  const list = pathTo(resource.service, resource.slug)
  const { data: row, error, reload } = useLoad(
    async (signal) => {
      if (resource.get !== undefined) {
        return (await call(resource.get, given, signal)) as Row
      }
      const filter = resource.keys.map((key) => ({ key, operator: 'eq', value: given[key] }))
      const answer = (await call(resource.list, { query: { filter } }, signal)) as { results?: Row[] }
      const found = answer.results?.[0]
      if (found === undefined) {
        throw new Error(`There is no ${resource.title.toLowerCase()} ${keys.join(' ')}.`)
      }
      return found
    },
    JSON.stringify([resource.service, resource.slug, keys]),
  )
  const name = row === undefined ? keys.join(' ') : nameOf(resource, row)
  const kind = resource.title.toLowerCase()
  const update = resource.update
  const remove = resource.remove
  return (
    <>
      <nav aria-label="Breadcrumb" className="breadcrumb">
        <Link to={list}>{resource.plural}</Link>
      </nav>
      <Page
        title={name}
        name={config.title}
        actions={
          row && (
            <>
              <ActionButtons resource={resource} methods={resource.actions} given={keyOf(resource, row)} onDone={reload} />
              {update && (
                <button type="button" onClick={() => setDialog('update')}>
                  Edit
                </button>
              )}
              {remove && (
                <button type="button" className="danger" onClick={() => setDialog('remove')}>
                  Delete
                </button>
              )}
            </>
          )
        }
      >
        {error !== undefined && <Failure error={error} retry={reload} />}
        {row === undefined && error === undefined && <p role="status">Loading…</p>}
        {row && (
          <dl className="detail">
            {resource.columns.map((column) => (
              <div key={column.name}>
                <dt>{column.label}</dt>
                <dd>
                  <WholeValue field={column} value={row[column.name]} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Page>
      {row && update && dialog === 'update' && (
        <FormDialog
          resource={resource}
          method={update}
          title={`Edit ${name}`}
          verb="Save"
          given={keyOf(resource, row)}
          row={row}
          onClose={() => setDialog(undefined)}
          onDone={() => {
            setDialog(undefined)
            announce(`${name} was saved.`)
            reload()
          }}
        />
      )}
      {row && remove && dialog === 'remove' && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          text={`The ${kind} will be gone. This cannot be undone.`}
          verb="Delete"
          onClose={() => setDialog(undefined)}
          onConfirm={async () => {
            await call(remove, keyOf(resource, row))
            announce(`${name} was deleted.`)
            navigate(list)
          }}
        />
      )}
    </>
  )
}
