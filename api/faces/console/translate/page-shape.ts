/** Pages of console.txt count from 1. */
export interface Paging {
  readonly page: number;
  readonly per_page: number;
}

export function windowOf({ page, per_page: perPage }: Paging): { limit: number; offset: number } {
  return { limit: perPage, offset: (page - 1) * perPage };
}

/** console.txt, List Jobs. */
export function pageShape<T>(items: T[], total: number, { page, per_page: perPage }: Paging) {
  return { items, total, page, perPage, totalPages: Math.ceil(total / perPage) };
}
