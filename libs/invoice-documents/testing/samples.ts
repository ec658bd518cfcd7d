export * from '../preview/samples';
