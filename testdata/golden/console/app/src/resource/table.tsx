import type { Field } from '../model/field'
import { sortable, type View } from '../model/query'
import { nameOf, type Resource, type Row } from '../model/resource'
import { Link, pathTo } from '../ui/router'
import { Value } from './value'

interface TableProps {
  resource: Resource
  columns: Field[]
  rows: Row[]
  sort: View['sort']
  onSort: (sort: View['sort']) => void
}

/** The rows of a list. The first column leads to the row's own page. */
export function Table({ resource, columns, rows, sort, onSort }: TableProps) {
  return (
    <div className="scroll" role="region" aria-label={resource.plural} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{resource.plural}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.name} column={column} can={resource.query !== 'none' && sortable(column)} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={resource.keys.map((key) => String(row[key])).join('/') || index}>
              {columns.map((column, at) =>
                at === 0 ? (
                  <th key={column.name} scope="row">
                    {resource.keys.length > 0 ? (
                      <Link to={pathTo(resource.service, resource.slug, ...resource.keys.map((key) => String(row[key])))}>{String(row[column.name] || nameOf(resource, row))}</Link>
                    ) : (
                      <Value field={column} value={row[column.name]} />
                    )}
                  </th>
                ) : (
                  <td key={column.name} className={column.kind === 'integer' || column.kind === 'number' ? 'number' : undefined}>
                    <Value field={column} value={row[column.name]} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Head({ column, can, sort, onSort }: { column: Field; can: boolean; sort: View['sort']; onSort: TableProps['onSort'] }) {
  if (!can) {
    return <th scope="col">{column.label}</th>
  }
  const mine = sort?.key === column.name ? sort : undefined
  // Ascending, descending, then as it comes.
  const next = mine === undefined ? { key: column.name, desc: false } : mine.desc ? undefined : { key: column.name, desc: true }
  return (
    <th scope="col" aria-sort={mine === undefined ? 'none' : mine.desc ? 'descending' : 'ascending'}>
      <button type="button" className="sort" onClick={() => onSort(next)}>
        {column.label}
        <span aria-hidden="true">{mine === undefined ? '↕' : mine.desc ? '↓' : '↑'}</span>
      </button>
    </th>
  )
}
