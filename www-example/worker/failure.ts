/** Why a run fails, in words for whoever reads its pipeline's page. */
export class RunFailure extends Error {}
