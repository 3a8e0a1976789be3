//! A Pratt parser: each operator binds with a power, and the loop in [`Parser::expression`] climbs them.
//!
//! V. R. Pratt, "Top down operator precedence", POPL 1973.

use std::ops::Range;

use super::lex::{Mistake, Token, shortened, tokens};
use super::{Expression, Node, Operator};
use crate::candidate::Value;
use crate::problem::{Problem, Problems, Spanned};
use crate::table::SpannedText;

/// No expression is higher than this as a tree, so that walking it cannot exhaust the stack.
const HIGHEST: usize = 100;

const NOT: u8 = 5;
const COMPARISON: u8 = 7;
const NEGATE: u8 = 13;

/// The expression that `text` holds; what is wrong with it goes to `problems`.
pub fn parse(text: &SpannedText, problems: &mut Problems) -> Option<Expression<String>> {
    let parsed = tokens(&text.value).and_then(|tokens| {
        let mut parser = Parser { text, tokens, at: 0 };
        let (expression, _) = parser.expression(0, 0)?;
        match parser.peek() {
            None => Ok(expression),
            Some(_) => Err(parser.unexpected("an operator")),
        }
    });
    match parsed {
        Ok(expression) => Some(expression),
        Err(Mistake { message, part, help }) => {
            let label = if part.is_empty() { "the expression ends here" } else { "here" };
            problems.push(Problem::new(message, text.place(part)).label(label).help(help));
            None
        }
    }
}

struct Parser<'a> {
    text: &'a SpannedText,
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
}

/// An expression and its height as a tree.
type Parsed = (Expression<String>, usize);

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    /// Where the next token stands; empty at the end.
    fn part(&self) -> Range<usize> {
        let end = self.text.value.len();
        self.tokens.get(self.at).map_or(end..end, |(_, part)| part.clone())
    }

    fn eat(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, expected: &str) -> Mistake {
        let part = self.part();
        let message = if part.is_empty() {
            format!("{expected} is missing")
        } else {
            format!("`{}` stands where {expected} should", shortened(&self.text.value[part.clone()]))
        };
        let help = "for example \"optimizer == 'sgd' and depth > 2\"".to_owned();
        Mistake { message, part, help }
    }

    /// Reads operators that bind at least as strongly as `least`, `depth` levels inside others.
    fn expression(&mut self, least: u8, depth: usize) -> Result<Parsed, Mistake> {
        let (mut left, mut height) = self.operand(depth)?;
        while let Some((operator, power, words)) = self.operator().filter(|(_, power, _)| *power >= least) {
            let operator_part = self.part();
            self.at += words;
            let (right, right_height) = self.expression(power + 1, depth + 1)?;
            height = 1 + height.max(right_height);
            if height > HIGHEST {
                return Err(too_deep(operator_part));
            }
            let span = left.span.start..right.span.end.max(left.span.start);
            left = Expression { node: Node::Binary(operator, Box::new(left), Box::new(right)), span };
            if power == COMPARISON && self.operator().is_some_and(|(_, power, _)| power == COMPARISON) {
                return Err(Mistake {
                    message: "comparisons do not chain".to_owned(),
                    part: self.part(),
                    help: "write `1 <= depth and depth <= 4`".to_owned(),
                });
            }
        }
        Ok((left, height))
    }

    /// The operator that comes next, its binding power, and of how many words it is.
    fn operator(&self) -> Option<(Operator, u8, usize)> {
        use Operator::{
            Add, And, Divide, Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, Multiply, NotIn, Or, Subtract,
            Unequal,
        };
        let (Token::Keyword(word) | Token::Symbol(word)) = self.peek()? else { return None };
        Some(match *word {
            "or" => (Or, 1, 1),
            "and" => (And, 3, 1),
            "not" if matches!(self.tokens.get(self.at + 1), Some((Token::Keyword("in"), _))) => (NotIn, COMPARISON, 2),
            "in" => (In, COMPARISON, 1),
            "==" => (Equal, COMPARISON, 1),
            "!=" => (Unequal, COMPARISON, 1),
            "<" => (Less, COMPARISON, 1),
            "<=" => (LessOrEqual, COMPARISON, 1),
            ">" => (Greater, COMPARISON, 1),
            ">=" => (GreaterOrEqual, COMPARISON, 1),
            "+" => (Add, 9, 1),
            "-" => (Subtract, 9, 1),
            "*" => (Multiply, 11, 1),
            "/" => (Divide, 11, 1),
            _ => return None,
        })
    }

    fn operand(&mut self, depth: usize) -> Result<Parsed, Mistake> {
        let part = self.part();
        if depth > HIGHEST {
            return Err(too_deep(part));
        }
        let span = self.text.place(part.clone());
        let leaf = |node| Ok((Expression { node, span: span.clone() }, 1));
        let Some((token, _)) = self.tokens.get(self.at).cloned() else { return Err(self.unexpected("a value")) };
        self.at += 1;
        match token {
            Token::Literal(value) => leaf(Node::Literal(value)),
            Token::Name(name) => leaf(Node::Name(name)),
            Token::Keyword("not") => self.prefix(NOT, depth, span, Node::Not),
            Token::Symbol("-") => self.prefix(NEGATE, depth, span, Node::Negate),
            Token::Symbol("[") => self.list(span),
            Token::Symbol("(") => {
                let (inner, height) = self.expression(0, depth + 1)?;
                if !self.eat(&Token::Symbol(")")) {
                    return Err(self.unexpected("`)`"));
                }
                Ok((inner, height))
            }
            Token::Keyword(_) | Token::Symbol(_) => {
                self.at -= 1;
                Err(self.unexpected("a value"))
            }
        }
    }

    fn prefix(
        &mut self,
        power: u8,
        depth: usize,
        start: Range<usize>,
        node: fn(Box<Expression<String>>) -> Node<String>,
    ) -> Result<Parsed, Mistake> {
        let (inner, height) = self.expression(power, depth + 1)?;
        let span = start.start..inner.span.end.max(start.start);
        Ok((Expression { node: node(Box::new(inner)), span }, height + 1))
    }

    /// The literals of a list whose bracket has been read.
    fn list(&mut self, start: Range<usize>) -> Result<Parsed, Mistake> {
        let mut items = Vec::new();
        loop {
            let part = self.part();
            if self.eat(&Token::Symbol("]")) {
                let span = start.start..self.text.place(part).end.max(start.start);
                return Ok((Expression { node: Node::List(items), span }, 1));
            }
            let negative = self.eat(&Token::Symbol("-"));
            let part = part.start..self.part().end;
            let value = match self.peek() {
                Some(Token::Literal(Value::Int(int))) if negative => Value::Int(-int),
                Some(Token::Literal(Value::Float(float))) if negative => Value::Float(-float),
                Some(Token::Literal(value)) if !negative => value.clone(),
                _ => return Err(self.unexpected("a number or a text of the list")),
            };
            items.push(Spanned::new(value, self.text.place(part)));
            self.at += 1;
            if !self.eat(&Token::Symbol(",")) && self.peek() != Some(&Token::Symbol("]")) {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }
}

fn too_deep(part: Range<usize>) -> Mistake {
    Mistake {
        message: format!("the expression is nested more than {HIGHEST} levels deep"),
        part,
        help: "use `in [...]`, or split it into several constraints".to_owned(),
    }
}
