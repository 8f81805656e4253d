package dev.discretizer.security;

/**
 * How callers authenticate: {@code discretizer.security.mode}.
 */
enum Mode {

	/** Without authentication. */
	NONE,
	/** By a secret whose hash the service knows. */
	API_KEY,
	/** By a token signed by an issuer. */
	JWT

}
