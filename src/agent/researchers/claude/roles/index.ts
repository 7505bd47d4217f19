export { type CriticOptions, createClaudeCritic } from './critic';
export { createClaudeDirector } from './director';
export { ROLE_PATIENCE, type RoleOptions } from './role';
