package dev.discretizer.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.discretizer.codec.MalformedInputException.Cause;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of file that clients send, recognized by their first bytes, and what to do
 * with one that was sent as another. Codecs ask it after a body has turned out not to be
 * what its type says, so that a guess never refuses a good body.
 *
 * <p>
 * A kind is guessed from the first {@value #HEAD} bytes and never from more: a signature
 * at a fixed place, the name of a zip archive's first entry, or the first characters of a
 * text. Deterministic and thread-safe.
 */
public enum BodyKind {

	SAFETENSORS("a safetensors file", "send it with Content-Type: application/vnd.safetensors"),

	NPY("an npy file", "send it with Content-Type: application/x-npy"),

	NPZ("an npz archive", "send it with Content-Type: application/x-npz"),

	HDF5("an HDF5 file", "send a NIR network with Content-Type: application/x-hdf5 to an endpoint for networks"),

	JSON("a JSON body", "send it with Content-Type: application/json"),

	/** Never guessed: any bytes are raw elements. */
	RAW("raw elements", "send them with Content-Type: application/octet-stream"),

	PYTORCH("a PyTorch file", "save it with safetensors.torch.save_file"),

	PICKLE("a pickled Python object",
			"pickles are never read, as reading one runs code; save it with safetensors.torch.save_file or numpy.save"),

	LFS("a Git LFS pointer, which stands in for a file that was not fetched",
			"run git lfs pull and send the file itself"),

	/** What curl makes of a file of any of the binary formats, without its option. */
	STRIPPED("a file without its zero bytes and newlines, which curl -d @file leaves out",
			"use curl --data-binary @file"),

	FORM("a multipart form, as curl -F sends it", "send the file alone, with curl --data-binary @file"),

	HTML("an HTML page, as a server may answer instead of a file",
			"check what was downloaded, and send the file itself"),

	XML("an XML document", "send numbers in a format that is read here"),

	ZIP("a zip archive, but not one of npy files", "unpack it and send the file that is in it"),

	GZIP("a file packed with gzip", "unpack it and send what is in it"),

	ZSTD("a file packed with zstd", "unpack it and send what is in it"),

	BZIP2("a file packed with bzip2", "unpack it and send what is in it"),

	XZ("a file packed with xz", "unpack it and send what is in it"),

	PNG("a PNG image", "images are not read; load it in Python and save its numbers with numpy.save"),

	JPEG("a JPEG image", "images are not read; load it in Python and save its numbers with numpy.save"),

	ONNX("an ONNX model", "export the network to NIR, or save its weights with safetensors"),

	MATLAB("a MATLAB file", "load it with scipy.io.loadmat and save its numbers with numpy.save"),

	PYTHON("a Python dict printed as text", "write it with json.dumps"),

	BASE64("base64 text", "decode it and send the bytes; in JSON a tensor may have base64"),

	TEXT("plain text", "check what was sent, and send the file itself");

	/** How many first bytes a guess is made from, at most. */
	public static final int HEAD = 512;

	/** Longer than any word or number that is not meant as base64. */
	private static final int SHORTEST_BASE64 = 16;

	/**
	 * Of so many random bytes, 95 of 100 have a zero, a line feed or a carriage return.
	 */
	private static final int SHORTEST_STRIPPED = 256;

	/** The largest header of safetensors has 100 MB: three bytes and a small one. */
	private static final int LARGEST_FOURTH_BYTE = 5;

	/** Where in a zip archive the name of its first entry is. */
	private static final int ZIP_NAME = 30;

	/** That of UTF-8. */
	private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

	private static final Pattern BASE64_TEXT = Pattern.compile("[A-Za-z0-9+/_-]+={0,2}");

	private static final Pattern JSON_START = Pattern.compile("\\{\\s*[\"}].*|\\[\\s*[-\\[{\\]\"0-9].*",
			Pattern.DOTALL);

	private static final Pattern TORCH_ENTRY = Pattern
		.compile("[^/]+/(data\\.pkl|constants\\.pkl|code/.*|\\..*|version)");

	/** Signatures at the start of files, the longer ones first. */
	private static final List<Signature> SIGNATURES = List.of(new Signature(HDF5, "\u0089HDF\r\n\u001a\n"),
			new Signature(STRIPPED, "\u0089HDF\u001a"), new Signature(PNG, "\u0089PNG\r\n\u001a\n"),
			// The number that torch.save wrote before it wrote zip archives.
			new Signature(PYTORCH, "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019"),
			new Signature(LFS, "version https://git-lfs"), new Signature(MATLAB, "MATLAB "),
			new Signature(GZIP, "\u001f\u008b\b"), new Signature(ZSTD, "(\u00b5/\u00fd"), new Signature(BZIP2, "BZh"),
			new Signature(XZ, "\u00fd7zXZ\0"), new Signature(JPEG, "\u00ff\u00d8\u00ff"));

	private final String label;

	private final String advice;

	BodyKind(String label, String advice) {
		this.label = label;
		this.advice = advice;
	}

	/**
	 * First bytes of a kind.
	 *
	 * @param bytes each as the character of its value
	 */
	private record Signature(BodyKind kind, String bytes) {
	}

	/**
	 * The first bytes of a stream, as many as a guess is made from.
	 * @param start those that have been read already; not changed
	 * @param rest what follows them; read further
	 */
	public static byte[] head(byte[] start, InputStream rest) throws IOException {
		byte[] head = Arrays.copyOf(start, HEAD);
		int known = Math.min(start.length, HEAD);
		return Arrays.copyOf(head, known + rest.readNBytes(head, known, HEAD - known));
	}

	/** Says that a file of this kind is expected where there are no bytes at all. */
	public String nothing() {
		return "empty, 0 bytes, %s is expected".formatted(this.label);
	}

	/**
	 * Checks a body that is in memory as a whole.
	 * @param body little-endian or not, from the start of its array
	 * @throws MalformedInputException if it is empty, or looks like another kind than
	 * expected
	 */
	public static void check(BodyKind expected, ByteBuffer body) {
		if (body.limit() == 0) {
			throw new MalformedInputException(Cause.MALFORMED, null, "the body is " + expected.nothing());
		}
		String mistaken = mistaken(expected, Arrays.copyOf(body.array(), Math.min(body.limit(), HEAD)));
		if (mistaken != null) {
			throw new MalformedInputException(Cause.MALFORMED, null, mistaken);
		}
	}

	/**
	 * Refuses a body in words that name its kind.
	 * @param expected the kind that its type says it is
	 * @param head its first bytes
	 * @param otherwise what is wrong with a body that is of this kind, or of none that is
	 * known
	 */
	public static MalformedInputException refusal(BodyKind expected, byte[] head, MalformedInputException otherwise) {
		String mistaken = mistaken(expected, head);
		return (mistaken == null) ? otherwise : new MalformedInputException(Cause.MALFORMED, null, mistaken);
	}

	/**
	 * Says that a body is of another kind than expected, and what to do.
	 * @param head its first bytes
	 * @return null where the body is of the kind expected, or of none that is known
	 */
	public static @Nullable String mistaken(BodyKind expected, byte[] head) {
		String looks = looks(expected, head);
		return (looks == null) ? null : "%s is expected, %s".formatted(expected.label, looks);
	}

	/**
	 * Says what a body looks like, and what to do.
	 * @param head its first bytes
	 * @return null where the body is of the kind expected, or of none that is known
	 */
	public static @Nullable String looks(BodyKind expected, byte[] head) {
		BodyKind kind = of(head);
		if (kind == null && expected == RAW && isStripped(head)) {
			kind = STRIPPED;
		}
		return (kind == null || kind.isToldBy(expected)) ? null
				: "this looks like %s: %s".formatted(kind.describe(head), kind.advice);
	}

	/** Whether the reader of a format has more to say of this kind. */
	private boolean isToldBy(BodyKind expected) {
		return this == expected || (this == ZIP && expected == NPZ)
				|| (this == TEXT && (expected == JSON || expected == RAW));
	}

	private String describe(byte[] head) {
		BodyKind inner = (this == BASE64) ? of(decoded(latin(head))) : null;
		return (inner == null) ? this.label : this.label + " of " + inner.label;
	}

	/** The kind that a file's first bytes tell, or null. */
	public static @Nullable BodyKind of(byte[] head) {
		String text = latin(head);
		BodyKind binary = binary(text);
		return (binary != null) ? binary : text(text);
	}

	/** The first bytes, each as the character of its value. */
	private static String latin(byte[] head) {
		return new String(head, 0, Math.min(head.length, HEAD), StandardCharsets.ISO_8859_1);
	}

	private static @Nullable BodyKind binary(String head) {
		if (isSafetensors(head)) {
			return SAFETENSORS;
		}
		for (Signature signature : SIGNATURES) {
			if (head.startsWith(signature.bytes)) {
				return signature.kind;
			}
		}
		if (head.startsWith("\u0093NUMPY")) {
			// The dict is at 10 or 12, after a minor version of zero and a length.
			int brace = head.indexOf('{');
			return (brace >= 7 && brace <= 9) ? STRIPPED : NPY;
		}
		if (head.startsWith("PK\u0003\u0004") || head.startsWith("PK\u0005\u0006")) {
			return zip(head);
		}
		if (head.length() > 2 && head.charAt(0) == 0x80 && head.charAt(1) >= 2 && head.charAt(1) <= 5) {
			return PICKLE;
		}
		// The version of the format, and then the name of who wrote it.
		if (head.length() > 2 && head.charAt(0) == 8 && head.charAt(1) < 32 && head.charAt(2) == 0x12) {
			return ONNX;
		}
		return isStrippedSafetensors(head) ? STRIPPED : null;
	}

	private static boolean isSafetensors(String head) {
		return head.length() > 8 && head.startsWith("\0\0\0\0", 4) && head.charAt(3) <= LARGEST_FOURTH_BYTE
				&& (head.charAt(8) == '{');
	}

	/** Of the header's length no zero bytes are left, and its JSON comes too early. */
	private static boolean isStrippedSafetensors(String head) {
		int brace = head.indexOf("{\"");
		return brace >= 1 && brace <= 4 && head.charAt(brace - 1) != ' ' && !head.startsWith(BYTE_ORDER_MARK)
				&& head.indexOf('\0') < 0;
	}

	private static BodyKind zip(String head) {
		// The second byte of the version is zero in all archives of today.
		if (head.length() > 5 && head.charAt(5) != 0) {
			return STRIPPED;
		}
		if (head.startsWith("PK\u0005\u0006")) {
			return NPZ;
		}
		String name = (head.length() > ZIP_NAME)
				? head.substring(ZIP_NAME, Math.min(head.length(), ZIP_NAME + head.charAt(26) + 256 * head.charAt(27)))
				: "";
		if (TORCH_ENTRY.matcher(name).matches()) {
			return PYTORCH;
		}
		return name.endsWith(".npy") ? NPZ : ZIP;
	}

	private static @Nullable BodyKind text(String head) {
		String text = unmarked(head);
		String lower = text.toLowerCase(Locale.ROOT);
		// The file in it may be of any bytes.
		if (text.startsWith("--") && lower.contains("content-disposition:")) {
			return FORM;
		}
		if (text.isEmpty() || !isText(text)) {
			return null;
		}
		if (lower.startsWith("<!doctype html") || lower.startsWith("<html") || lower.startsWith("<head")) {
			return HTML;
		}
		if (text.startsWith("<")) {
			return XML;
		}
		if (text.startsWith("{'")) {
			return PYTHON;
		}
		if (JSON_START.matcher(text).matches()) {
			return JSON;
		}
		if (isBase64(text)) {
			return BASE64;
		}
		// Other bytes than those of ASCII may be anything.
		return text.chars().allMatch((c) -> c < 0x7f) ? TEXT : null;
	}

	/** Without white space around it and a byte order mark before it. */
	private static String unmarked(String head) {
		return (head.startsWith(BYTE_ORDER_MARK) ? head.substring(BYTE_ORDER_MARK.length()) : head).strip();
	}

	/** Whether there are no control characters but those that lay out a text. */
	private static boolean isText(String text) {
		return text.chars().allMatch((c) -> (c >= ' ' && c != 0x7f) || c == '\t' || c == '\n' || c == '\r');
	}

	private static boolean isBase64(String text) {
		String packed = packed(text);
		return packed.length() >= SHORTEST_BASE64 && BASE64_TEXT.matcher(packed).matches();
	}

	/** Base64 without its line ends and without what a data URL has before it. */
	private static String packed(String text) {
		int start = text.startsWith("data:") ? text.indexOf(',') + 1 : 0;
		return text.substring(start).replaceAll("[\r\n]", "");
	}

	/** As many bytes as whole groups of four characters stand for. */
	private static byte[] decoded(String head) {
		String packed = packed(unmarked(head)).replace('-', '+').replace('_', '/');
		int end = packed.indexOf('=');
		int length = ((end < 0) ? packed.length() : end) / 4 * 4;
		return Base64.getDecoder().decode(packed.substring(0, length));
	}

	private static boolean isStripped(byte[] head) {
		if (head.length < SHORTEST_STRIPPED) {
			return false;
		}
		for (byte next : head) {
			if (next == 0 || next == '\n' || next == '\r') {
				return false;
			}
		}
		return true;
	}

}
