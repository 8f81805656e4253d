package dev.discretizer.security;

/**
 * How callers say who they are: {@code discretizer.security.mode}.
 */
enum Mode {

	/** Not at all. */
	NONE,
	/** By a secret of which the service knows the hash. */
	API_KEY,
	/** By a token that an issuer has signed. */
	JWT

}
