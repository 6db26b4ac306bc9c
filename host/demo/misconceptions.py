"""The wrong ways of thinking that the demo bank's distractors embody, each with a name a teacher can use."""

# ruff: noqa: E501 (each entry stays on its line)

from __future__ import annotations

from host.demo.model import Misconception as M

MISCONCEPTIONS: tuple[M, ...] = (
    # fractions: meaning
    M("fractions.adds-to-both", "Adds or subtracts on both parts", "Keeps fractions equal by adding or subtracting the same number above and below, instead of multiplying or dividing."),
    M("fractions.changes-one-part", "Changes only one part", "Multiplies or divides only the numerator or only the denominator and expects the value to stay."),
    M("fractions.upside-down", "Turns the fraction upside down", "Exchanges numerator and denominator."),
    M("fractions.gives-the-multiplier", "Gives the multiplier", "Finds by which number one part was multiplied and stops there."),
    M("fractions.gap-thinking", "Gap thinking", "Judges a fraction by the difference between numerator and denominator: a smaller gap must mean a greater fraction."),
    M("fractions.larger-top-is-greater", "Looks only at the numerators", "Takes the fraction with the larger numerator for the greater one, whatever the denominators."),
    M("fractions.larger-bottom-is-greater", "Larger denominator means greater", "Reads the denominator as a whole number: more parts must be more."),
    M("fractions.larger-bottom-is-less", "Larger denominator means less", "Looks only at the size of the parts and not at how many there are."),
    M("fractions.judges-by-eye", "Judges close fractions by eye", "Orders fractions that lie close together by how they look, without making them comparable."),
    M("order.reversed", "Orders the wrong way round", "Lists numbers from the greatest to the least when the least should come first, or the reverse."),
    # mixed numbers
    M("mixed.swaps-whole-and-remainder", "Swaps whole part and remainder", "Divides correctly and then writes the remainder as the whole part and the quotient as the numerator."),
    M("mixed.remainder-as-decimal", "Remainder becomes tenths", "Writes the remainder of a division as if it were tenths, as in 17 ÷ 5 = 3.2."),
    M("mixed.one-whole-too-many", "Counts one whole too many", "Counts a whole that is not complete."),
    M("mixed.multiplies-by-the-top", "Exchanges the roles of the parts", "Multiplies the whole part by the numerator and adds the denominator."),
    M("mixed.side-by-side", "Reads the digits side by side", "Writes the whole part in front of the numerator as one more digit."),
    M("mixed.adds-whole-to-top", "Adds the whole part to the numerator", "Adds wholes and parts as if they had the same size."),
    M("mixed.means-times", "Takes a mixed number for a product", "Reads 2 3/5 as 2 times 3/5."),
    M("mixed.forgets-the-part", "Forgets the part that is not whole", "Works with the whole part only."),
    M("mixed.multiplies-separately", "Multiplies wholes and parts separately", "Multiplies the whole parts and the fractions of two mixed numbers and adds the two products."),
    # fractions: operations
    M("fractions.adds-tops-and-bottoms", "Operates on tops and bottoms", "Adds (or subtracts) numerators and denominators separately, as if a fraction were two whole numbers."),
    M("fractions.keeps-tops", "Common denominator, old numerators", "Writes a common denominator but leaves the numerators as they were."),
    M("fractions.other-operation", "Adds for subtract or subtracts for add", "Carries out the opposite operation."),
    M("fractions.multiplies-instead", "Multiplies instead", "Multiplies the two fractions where a sum or difference is asked for."),
    M("fractions.drops-the-denominator", "Drops the denominator", "Gives the number of parts as if it were a number of wholes."),
    M("fractions.one-part-too-many", "Counts one part too many", "Counts on from the starting part and so ends one part too far."),
    M("fractions.keeps-the-part", "Keeps the part that is taken away", "Writes the fraction that is to be taken away beside or instead of what remains."),
    M("fractions.whole-minus-top", "Takes the numerator for the fraction", "Subtracts the numerator from the whole number and keeps the denominator."),
    M("fractions.forgets-the-exchange", "Forgets that a whole was exchanged", "Changes one whole into parts and still counts it among the wholes."),
    M("fractions.one-part-only", "Finds one part only", "Divides by the denominator and stops: a unit fraction instead of the fraction."),
    M("fractions.gives-the-rest", "Gives the rest", "Gives what remains instead of the part that was asked for."),
    M("fractions.gives-the-part", "Gives the part", "Gives the part that is taken instead of what remains."),
    M("fractions.divides-by-the-top", "Divides by the numerator", "Divides the amount by the numerator."),
    M("fractions.only-times-the-top", "Multiplies by the numerator only", "Multiplies by the numerator and forgets to divide by the denominator."),
    M("fractions.only-times-the-bottom", "Multiplies by the denominator only", "Multiplies the known part by the denominator and forgets to divide by the numerator."),
    M("fractions.subtracts-the-bottom", "Subtracts the denominator", "Takes the denominator away from the amount."),
    M("fractions.takes-part-of-the-part", "Takes the fraction of the known part", "Multiplies the known part by the fraction although the whole is asked for."),
    M("fractions.adds-the-part-again", "Adds the fraction of the part", "Takes the fraction of the known part and adds it on, as if the part were the whole."),
    M("fractions.divides-instead", "Divides instead of multiplying", "Turns the second fraction upside down although the fractions are to be multiplied."),
    M("fractions.adds-instead", "Adds instead", "Adds two fractions that are to be multiplied or divided."),
    M("fractions.multiplies-tops-only", "Keeps one denominator", "Multiplies the numerators and keeps the larger denominator, as if adding."),
    M("fractions.adds-bottoms", "Adds the denominators", "Multiplies the numerators but adds the denominators."),
    M("fractions.multiplies-without-flipping", "Multiplies without the reciprocal", "Multiplies by the divisor instead of by its reciprocal."),
    M("fractions.flips-the-first", "Turns the wrong fraction upside down", "Takes the reciprocal of the dividend instead of the divisor."),
    M("fractions.flips-both", "Turns both fractions upside down", "Takes the reciprocal of the dividend as well as of the divisor."),
)  # fmt: skip
