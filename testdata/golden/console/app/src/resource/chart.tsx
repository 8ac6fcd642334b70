import { useId, useState } from 'react'
import { useCall } from '../console'
import { type Group, groupsOf, type Measure, statRequest, type View } from '../model/query'
import type { Method, Resource } from '../model/resource'
import { useLoad } from '../ui/load'
import { Failure } from '../ui/notice'

/** How many groups are drawn, the largest first. */
const most = 12

/** A chart of what a list holds, by groups. */
export function ChartPanel({ resource, stat, view, every }: { resource: Resource; stat: Method; view: View; every: number | undefined }) {
  const id = useId()
  const call = useCall(resource)
  const groupable = resource.columns.filter((column) => ['text', 'enum', 'boolean'].includes(column.kind) && !resource.keys.includes(column.name))
  const numbers = resource.columns.filter((column) => column.kind === 'integer' || column.kind === 'number')
  const [by, setBy] = useState(groupable.find((column) => column.kind === 'enum' || column.name === 'provider')?.name ?? groupable[0]?.name ?? '')
  const [chosen, setChosen] = useState('count')
  const [operator = 'count', key] = chosen.split(' ')
  const measure = { operator, key } as Measure
  const request = statRequest(resource, view, by, measure, most)
  const { data, error, reload } = useLoad(async (signal) => groupsOf(await call(stat, request, signal)), JSON.stringify(request), every)
  const label = (name: string | undefined) => resource.columns.find((column) => column.name === name)?.label ?? ''
  const title = `${operator === 'count' ? `Number of ${resource.plural.toLowerCase()}` : `${measures[operator]} of ${label(key).toLowerCase()}`} by ${label(by).toLowerCase()}`
  return (
    <section className="chart" aria-label="Chart">
      <div className="chart-choice">
        <label htmlFor={`${id}-measure`}>Show</label>
        <select id={`${id}-measure`} value={chosen} onChange={(event) => setChosen(event.target.value)}>
          <option value="count">Count</option>
          {numbers.flatMap((column) =>
            Object.entries(measures).map(([name, text]) => (
              <option key={`${name} ${column.name}`} value={`${name} ${column.name}`}>
                {`${text} of ${column.label.toLowerCase()}`}
              </option>
            )),
          )}
        </select>
        <label htmlFor={`${id}-by`}>by</label>
        <select id={`${id}-by`} value={by} onChange={(event) => setBy(event.target.value)}>
          {groupable.map((column) => (
            <option key={column.name} value={column.name}>
              {column.label}
            </option>
          ))}
        </select>
      </div>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {data && data.length === 0 && <p className="empty">There is nothing to draw.</p>}
      {data && data.length > 0 && <BarChart title={title} by={label(by)} groups={data} />}
    </section>
  )
}

const measures: Record<string, string> = { sum: 'Sum', average: 'Average', max: 'Largest', min: 'Smallest' }

const bar = { height: 22, gap: 8, width: 460, left: 180, right: 80 }

/** Bars, with the same in a table for those who do not see them. */
function BarChart({ title, by, groups }: { title: string; by: string; groups: Group[] }) {
  const top = Math.max(...groups.map((group) => Math.abs(group.value)), 0) || 1
  const height = groups.length * (bar.height + bar.gap)
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${bar.left + bar.width + bar.right} ${height}`} role="img" aria-label={`${title}: ${groups.map((group) => `${group.label} ${show(group.value)}`).join(', ')}`}>
        {groups.map((group, index) => {
          const y = index * (bar.height + bar.gap)
          const width = Math.max((Math.abs(group.value) / top) * bar.width, 2)
          return (
            <g key={group.label}>
              <title>{`${group.label}: ${show(group.value)}`}</title>
              <text x={bar.left - 10} y={y + bar.height / 2} textAnchor="end" dominantBaseline="central">
                {group.label.length > 22 ? `${group.label.slice(0, 21)}…` : group.label}
              </text>
              <rect x={bar.left} y={y} width={width} height={bar.height} rx={3} />
              <text x={bar.left + width + 8} y={y + bar.height / 2} dominantBaseline="central" className="value">
                {show(group.value)}
              </text>
            </g>
          )
        })}
      </svg>
      <details>
        <summary>The same as a table</summary>
        <table>
          <caption className="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{by}</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.label}>
                <th scope="row">{group.label}</th>
                <td className="number">{show(group.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}

const format = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 })

function show(value: number): string {
  return format.format(value)
}
