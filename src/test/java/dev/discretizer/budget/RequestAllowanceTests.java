package dev.discretizer.budget;

import java.time.Duration;

import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RequestAllowanceTests {

	private static final Limits LIMITS = new Limits(1000, 2000, 300, 4, 5, 600, 7, 8, Duration.ZERO, 14,
			new Limits.Simulation(9, 10, 11, 12));

	private static final long MEBIBYTE = 1 << 20;

	private final MemoryBudget budget = new MemoryBudget(20 * MEBIBYTE);

	private final RequestAllowance allowance = new RequestAllowance(LIMITS,
			this.budget.reserve(2 * MEBIBYTE, Duration.ZERO));

	@ParameterizedTest
	@EnumSource(RequestLimit.class)
	void amountAtALimitIsAllowedAndOneMoreIsNot(RequestLimit limit) {
		long allowed = LIMITS.of(limit);
		this.allowance.check(limit, allowed, "tensor weight");
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> this.allowance.check(limit, allowed + 1, "tensor weight"))
			.satisfies((ex) -> {
				assertThat(ex.limit()).isEqualTo(limit);
				assertThat(ex.allowed()).isEqualTo(allowed);
				assertThat(ex.found()).isEqualTo(allowed + 1);
			})
			.withMessageContainingAll("tensor weight", Long.toString(allowed), Long.toString(allowed + 1), limit.unit(),
					"discretizer.limits." + limit.label());
	}

	@Test
	void elementsAddUpOverTheTensorsOfARequest() {
		this.allowance.elements(200, "weight");
		this.allowance.elements(100, "bias");
		assertThat(this.allowance.elements()).isEqualTo(300);
		assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> this.allowance.elements(1, "v_mem"))
			.satisfies((ex) -> assertThat(ex.found()).isEqualTo(301));
		assertThat(this.allowance.elements()).isEqualTo(300);
	}

	@Test
	void elementsThatOverflowALongAreTooMany() {
		this.allowance.elements(1, "weight");
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> this.allowance.elements(Long.MAX_VALUE, "bias"))
			.satisfies((ex) -> assertThat(ex.found()).isEqualTo(Long.MAX_VALUE));
	}

	@Test
	void memoryComesFromTheReservationAndThenFromTheBudget() {
		this.allowance.reserve(MEBIBYTE);
		this.allowance.reserve(MEBIBYTE);
		assertThat(this.budget.used()).isEqualTo(2 * MEBIBYTE);
		this.allowance.reserve(1024);
		assertThat(this.budget.used()).isEqualTo(2 * MEBIBYTE + 1024);
	}

	@Test
	void memoryThatOthersHoldIsRefused() {
		this.budget.reserve(16 * MEBIBYTE, Duration.ZERO);
		this.allowance.reserve(2 * MEBIBYTE);
		assertThatExceptionOfType(NoMemoryException.class).isThrownBy(() -> this.allowance.reserve(1));
	}

	@Test
	void memoryAboveAllThereIsIsOverALimit() {
		assertThatExceptionOfType(BudgetExceededException.class)
			.isThrownBy(() -> this.allowance.reserve(18 * MEBIBYTE + 1));
	}

}
