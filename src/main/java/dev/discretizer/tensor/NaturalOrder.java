package dev.discretizer.tensor;

import java.util.Comparator;

/**
 * Natural order of names: compares part by part between dots, and runs of digits by their
 * value, so that "10.weight" comes after "2.weight" and "conv10" after "conv2". Digits
 * come before other characters. Names that differ only in leading zeros are compared
 * character by character.
 */
public final class NaturalOrder implements Comparator<String> {

	/** The order. */
	public static final NaturalOrder INSTANCE = new NaturalOrder();

	private NaturalOrder() {
	}

	@Override
	public int compare(String a, String b) {
		int i = 0;
		int j = 0;
		while (i < a.length() && j < b.length()) {
			int order;
			if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
				int endA = endOfDigits(a, i);
				int endB = endOfDigits(b, j);
				order = compareNumbers(a.substring(i, endA), b.substring(j, endB));
				i = endA;
				j = endB;
			}
			else {
				order = Integer.compare(rank(a.charAt(i++)), rank(b.charAt(j++)));
			}
			if (order != 0) {
				return order;
			}
		}
		int order = Integer.compare(a.length() - i, b.length() - j);
		return (order != 0) ? order : a.compareTo(b);
	}

	/** The end of a part comes before anything in it, then digits, then the rest. */
	private static int rank(char c) {
		return (c == '.') ? 0 : isDigit(c) ? 1 : 2 + c;
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	private static int endOfDigits(String text, int from) {
		int end = from;
		while (end < text.length() && isDigit(text.charAt(end))) {
			end++;
		}
		return end;
	}

	private static int compareNumbers(String a, String b) {
		String x = stripZeros(a);
		String y = stripZeros(b);
		return (x.length() != y.length()) ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
	}

	private static String stripZeros(String digits) {
		int start = 0;
		while (start < digits.length() && digits.charAt(start) == '0') {
			start++;
		}
		return digits.substring(start);
	}

}
