/** All dashboards, as Grafana's file provisioning reads them. */
import { overview } from './overview.ts'
import { users } from './users.ts'

/** File name and text of each dashboard. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  const boards = [overview(), users()].map((board) => board.build())
  return Object.fromEntries(boards.map((board) => [`${board.uid}.json`, `${JSON.stringify(board, null, 2)}\n`]))
}
