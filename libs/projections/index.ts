/**
 * Read models: a runner that pulls events in order, and one folder per read model with its
 * documents and how events become them.
 */
export * from './billing/documents';
export {
  INVOICE_SORTS,
  type InvoicePlace,
  type InvoiceSearch,
  type InvoiceSort,
  type InvoiceTotal,
} from './billing/invoice-list';
export * from './billing/projection';
export * from './billing/queries';
export * from './read-model';
export * from './runner';
export * from './unit-of-work';
export * from './workspaces/documents';
export * from './workspaces/projection';
export * from './workspaces/queries';
