use super::Variable;

/// A marker as it is written (PEP 508).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// One comparison.
    Compare(Comparison),
    /// `and` of all of them.
    All(Vec<Expression>),
    /// `or` of all of them.
    Any(Vec<Expression>),
}

/// `variable operator "value"`, or with the two sides swapped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Comparison {
    /// The variable.
    pub variable: Variable,
    /// The operator. An ordered one is as if the variable were on the left.
    pub operator: MarkerOperator,
    /// The text that it is compared with.
    pub value: String,
    /// `"value" in variable`. Only of `in` and `not in`: the ordered operators are turned round when read.
    pub swapped: bool,
}

/// The operators of a marker (PEP 508).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkerOperator {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `~=`.
    Compatible,
    /// `===`.
    Arbitrary,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
}

impl MarkerOperator {
    /// The operator that says the same with its sides swapped. `None` where there is none.
    pub(super) fn swapped(self) -> Option<Self> {
        match self {
            Self::Equal | Self::NotEqual | Self::Arbitrary => Some(self),
            Self::Less => Some(Self::Greater),
            Self::LessEqual => Some(Self::GreaterEqual),
            Self::Greater => Some(Self::Less),
            Self::GreaterEqual => Some(Self::LessEqual),
            Self::Compatible | Self::In | Self::NotIn => None,
        }
    }

    /// The operator as it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Compatible => "~=",
            Self::Arbitrary => "===",
            Self::In => "in",
            Self::NotIn => "not in",
        }
    }
}

/// The members of a list in an `in` comparison, separated as Poetry separates them.
pub(super) fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split([' ', ',', '|']).filter(|member| !member.is_empty())
}

impl Comparison {
    /// Compares texts, as PEP 508 does where a side is not a version.
    pub(super) fn holds_for(&self, text: &str) -> bool {
        let value = self.value.as_str();
        match self.operator {
            MarkerOperator::Equal | MarkerOperator::Arbitrary => text == value,
            MarkerOperator::NotEqual => text != value,
            MarkerOperator::Less => text < value,
            MarkerOperator::LessEqual => text <= value,
            MarkerOperator::Greater => text > value,
            MarkerOperator::GreaterEqual => text >= value,
            MarkerOperator::Compatible => false,
            MarkerOperator::In if self.swapped => text.contains(value),
            MarkerOperator::NotIn if self.swapped => !text.contains(value),
            MarkerOperator::In => list(value).any(|member| member == text),
            MarkerOperator::NotIn => !list(value).any(|member| member == text),
        }
    }
}
