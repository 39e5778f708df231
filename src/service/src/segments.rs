//! Filters with a name.

use crate::{Services, UseError, UseResult};
use model::{
    Problem, Problems,
    ids::{MiniProgramId, NoticeId, SegmentId},
    notice::Audience,
    subscriber::{Segment, SubscriberFilter},
    values,
};

/// A mini program's most segments.
const MOST: usize = 200;
/// The longest name, in characters.
const MOST_NAME: usize = 40;
/// Tags and names of attributes that are offered.
const OFFERED: i64 = 100;

impl Services {
    /// The saved filters of a mini program, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn segments(&self, program: MiniProgramId) -> UseResult<Vec<Segment>> {
        Ok(self.store.segments(program).await?)
    }

    /// Saves a filter under a name; one of the same name is replaced.
    ///
    /// # Errors
    /// `Invalid` without a name or a filter, or when there are too many.
    pub async fn save_segment(
        &self,
        program: MiniProgramId,
        name: &str,
        filter: &SubscriberFilter,
        by: &str,
    ) -> UseResult<SegmentId> {
        self.mini_program(program).await?;
        let mut problems = Problems::default();
        let name = problems.take("name", values::display_name(name, MOST_NAME));
        if *filter == SubscriberFilter::default() {
            problems.push(Problem::whole(
                "no_filter",
                "还没有筛选条件，请先筛选再保存。",
                "Nothing is filtered: filter first, then save.",
            ));
        }
        problems.check()?;
        let name = name.ok_or(UseError::Internal("parsed values"))?;
        let known = self.store.segments(program).await?;
        if known.len() >= MOST && known.iter().all(|segment| segment.name != name) {
            return Err(Problem::whole(
                "too_many",
                format!("最多保存 {MOST} 个人群，请先删除不用的。"),
                format!("At most {MOST} segments are kept: delete some first."),
            )
            .into());
        }
        Ok(self.store.save_segment(program, &name, filter, by, self.now()).await?)
    }

    /// Forgets a segment; notices that were ordered for it are not touched.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_segment(&self, program: MiniProgramId, id: SegmentId) -> UseResult<()> {
        if self.store.delete_segment(program, id).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Tags and names of attributes that are in use, to choose from.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn traits_in_use(&self, program: MiniProgramId) -> UseResult<(Vec<String>, Vec<String>)> {
        Ok((self.store.tags(program, OFFERED).await?, self.store.attribute_names(program, OFFERED).await?))
    }

    /// The filter as it was saved: days in it are counted back from each moment at which it is asked who that is, for a
    /// repetition or a copy of the notice as much as for itself.
    pub(crate) async fn audience_of(&self, id: NoticeId, segment: SegmentId) -> UseResult<Audience> {
        let program = self.notice(id).await?.mini_program.id;
        let found = self.store.segments(program).await?.into_iter().find(|known| known.id == segment);
        let found = found.ok_or_else(|| {
            Problem::of("segment", "required", "请选择一个已保存的人群。", "Choose one of the saved segments.")
        })?;
        Ok(Audience::Filtered(Box::new(found.filter)))
    }
}
