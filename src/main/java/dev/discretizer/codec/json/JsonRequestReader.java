package dev.discretizer.codec.json;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

import dev.discretizer.codec.BodyKind;
import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the body of a request, one JSON object (RFC 8259), member by member into the
 * values of its fields; numbers of tensors go straight into their arrays.
 *
 * <p>
 * Tensors are plain numbers, nested arrays, or objects of {@code shape} and either
 * {@code data} or {@code base64}. Members that no field describes, members given twice,
 * values of another kind, and anything but whitespace after the object are refused; null
 * is the same as absent. Decimals are rounded to binary32 once. Thread-safe.
 */
public final class JsonRequestReader {

	/** Longest number, in characters; Jackson's own default. */
	static final int NUMBER_LENGTH = StreamReadConstraints.DEFAULT_MAX_NUM_LEN;

	/** Longest member name, in characters. All known ones are far shorter. */
	static final int NAME_LENGTH = 1024;

	private final int maxDepth;

	private final TensorParser.Factory factory;

	/**
	 * Makes a reader.
	 * @param maxDepth how many levels of arrays and objects a body may have, from 1: the
	 * value of {@link RequestLimit#JSON_DEPTH}
	 */
	public JsonRequestReader(int maxDepth) {
		this.maxDepth = maxDepth;
		// Strings may be as long as the body, since base64 is read piece by piece; other
		// strings are bounded by Text, the body itself by its own limit.
		StreamReadConstraints constraints = StreamReadConstraints.builder()
			.maxNestingDepth(maxDepth)
			.maxNumberLength(NUMBER_LENGTH)
			.maxNameLength(NAME_LENGTH)
			.maxStringLength(Integer.MAX_VALUE)
			.build();
		this.factory = new TensorParser.Factory(
				JsonFactory.builder().streamReadConstraints(constraints).disable(StreamReadFeature.AUTO_CLOSE_SOURCE));
	}

	/**
	 * Reads a body to its end.
	 * @param in the body, in UTF-8; not closed
	 * @param schema what the body may hold; its paths decide which objects are nested
	 * @param allowance asked before memory is taken
	 * @param dest gets a value for each member that is there and not null
	 * @throws MalformedInputException if the body is not what the schema describes
	 * @throws LimitExceededException if it is too large or nested too deeply
	 */
	public void read(InputStream in, List<? extends Field> schema, Allowance allowance, RequestValues dest)
			throws IOException {
		Utf8Stream utf8 = new Utf8Stream(in);
		try (TensorParser parser = parser(utf8)) {
			try {
				new RequestObject(parser, allowance, dest).read(schema);
			}
			catch (StreamConstraintsException ex) {
				checkDepth(parser, allowance);
				throw notJson(utf8, JsonFailures.malformed(ex, parser));
			}
			catch (UnexpectedEndOfInputException ex) {
				throw JsonFailures.truncated(parser);
			}
			catch (JacksonIOException ex) {
				throw ex;
			}
			catch (JacksonException ex) {
				throw notJson(utf8, utf8.ended() ? JsonFailures.truncated(parser) : JsonFailures.malformed(ex, parser));
			}
			catch (MalformedInputException ex) {
				throw refused(utf8, ex);
			}
		}
		catch (JacksonIOException ex) {
			throw ex.getCause();
		}
	}

	/** Jackson reads the first bytes at once. */
	private TensorParser parser(Utf8Stream body) throws IOException {
		try {
			return this.factory.parser(body);
		}
		catch (MalformedInputException ex) {
			throw refused(body, ex);
		}
	}

	private static MalformedInputException refused(Utf8Stream body, MalformedInputException failure) {
		return (failure.cause() == Cause.MALFORMED && failure.pointer() == null) ? notJson(body, failure) : failure;
	}

	/** Adds what the body looks like, if it is not JSON at all. */
	private static MalformedInputException notJson(Utf8Stream body, MalformedInputException failure) {
		String looks = BodyKind.looks(BodyKind.JSON, body.head());
		return (looks == null) ? failure
				: new MalformedInputException(failure.cause(), null, failure.getMessage() + "; " + looks);
	}

	private void checkDepth(JsonParser parser, Allowance allowance) {
		int depth = parser.streamReadContext().getNestingDepth();
		if (depth > this.maxDepth) {
			allowance.check(RequestLimit.JSON_DEPTH, depth, "JSON body");
			throw new LimitExceededException(RequestLimit.JSON_DEPTH, this.maxDepth, depth, "JSON body");
		}
	}

}
