export { createRandomResearcher } from './researcher';
