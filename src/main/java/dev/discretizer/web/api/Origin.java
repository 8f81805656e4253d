package dev.discretizer.web.api;

import java.util.Map;

import dev.discretizer.service.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * Where a result comes from: the service that computed it, and the digests of what went
 * in and came out.
 *
 * @param version the service's version, or null where it is not known
 * @param commit the commit it was built from, or null where it is not known
 */
public record Origin(@Nullable String version, @Nullable String commit, Provenance digests) {

	/** The name of the member and of the option. */
	public static final String NAME = Fields.PROVENANCE.name();

	private static final JsonType<Map<String, String>> DIGESTS = new JsonType.MapOf<>("", JsonTypes.SHA256);

	/** Its declaration. */
	static final JsonObject<Origin> OBJECT = JsonObject
		.<Origin>component("Provenance", "What computed the result, and the SHA-256 of what went in and came out.")
		.member("service", JsonTypes.TEXT, "The service's name.", (origin) -> "discretizer")
		.member("version", JsonTypes.TEXT.orNull(), "The service's version.", Origin::version)
		.member("commit", JsonTypes.TEXT.orNull(), "The commit it was built from.", Origin::commit)
		.member("reference", JsonTypes.TEXT, "What the numbers are those of.", (origin) -> "sinabs 3.1.3")
		.member("arithmetic", JsonTypes.TEXT, "How they were computed.", (origin) -> "binary32, half to even")
		.member("inputs", DIGESTS,
				"Of the elements of each tensor that was sent, as float32, little-endian, in C order.",
				(origin) -> origin.digests().inputs())
		.member("outputs", DIGESTS,
				"Of the elements of each tensor of the answer as safetensors has them, in their own type, little-endian, in "
						+ "C order.",
				(origin) -> origin.digests().outputs())
		.member("digest", JsonTypes.SHA256,
				"Of the outputs' lines `name dtype shape sha256`, sorted, the shape as in `16x2x5x5`, each ended by a line "
						+ "feed. Also the `ETag`.",
				(origin) -> origin.digests().digest());

	/**
	 * The member of an answer, which has no value unless it was asked for.
	 * @param orNull whether it is null then; it is to be declared optional otherwise
	 */
	static <R> JsonMember<R> member(String words, boolean orNull) {
		JsonType<Origin> type = new JsonType.ObjectOf<>(OBJECT);
		return JsonMember.of(NAME, orNull ? type.orNull() : type, words, (result) -> null, (result) -> "");
	}

}
